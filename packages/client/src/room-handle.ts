/** One room, as an app deals with it. What changes something is stored first and told to the server by the outbox. */
import type { TypingKind } from "@pipit/protocol/models/presence";
import type { Watermarks } from "@pipit/protocol/models/receipt";
import type { Member, Room } from "@pipit/protocol/models/room";
import type { RawInput } from "@pipit/protocol/operations";
import { PipitError } from "./errors.ts";
import type { UploadSource } from "./media/source.ts";
import type { Outbox } from "./outbox/outbox.ts";
import type { Attachment, OutboxAction, OutboxItem, PreferenceChanges, Target } from "./outbox/outbox-item.ts";
import type { PresenceBook, Typist } from "./presence.ts";
import { type DeviceState, emptyRows, type RoomState } from "./state/device-state.ts";
import type { OpenRoom } from "./state/open-room.ts";
import { createQuery, keepSame, keepSameList, type Query, type Topics } from "./state/query.ts";
import { findReach, type MessageItem, type MessageWindow, ownType, viewMessages } from "./state/view-messages.ts";
import { viewRoom } from "./state/view-room.ts";
import type { SyncEngine } from "./sync/sync-engine.ts";

export type NewMessage = {
  content?: string | undefined;
  /** The `key` or `id` of the message that it replies to. */
  replyTo?: string | undefined;
  file?: UploadSource | undefined;
  /** Each recipient may open the file once. */
  isViewOnce?: boolean | undefined;
} & RawInput<"messages.send">["meta_data"];

export type RoomHandle = {
  readonly id: string;
  /** The room; undefined when the user is not a member of it. */
  readonly room: Query<Room | undefined>;
  /** Its newest messages, as far back as loaded. While somebody looks, the room is kept open. */
  readonly messages: Query<MessageWindow>;
  /** Its present members. While somebody looks, the room is kept open. */
  readonly members: Query<readonly Member[]>;
  /** By user id, how far members have received and read. While somebody looks, the room is kept open. */
  readonly receipts: Query<ReadonlyMap<string, Watermarks>>;
  readonly typing: Query<readonly Typist[]>;
  /** Loads older messages. @throws {PipitError} */
  loadOlder(limit?: number): Promise<void>;
  /** Resolves when the message is stored; it is sent as soon as may be. @returns its key */
  send(message: NewMessage): Promise<string>;
  edit(key: string, content: string): Promise<void>;
  delete(key: string, whom?: "everyone" | "me"): Promise<void>;
  react(key: string, emoji: string, isOn?: boolean): Promise<void>;
  star(key: string, isStarred?: boolean): Promise<void>;
  /** Says that all that is there, or all up to a sequence, has been read. */
  markRead(upTo?: number): Promise<void>;
  setPreferences(changes: PreferenceChanges): Promise<void>;
  /** To be called as often as the user presses a key. */
  setTyping(isTyping: boolean, kind?: TypingKind): void;
};

export type RoomHandleParts = {
  state: DeviceState;
  topics: Topics;
  outbox: Outbox;
  sync: SyncEngine;
  presence: PresenceBook;
};

const noMessages: MessageWindow = { items: [], isComplete: false, isLoading: true };
const noMembers: readonly Member[] = [];
const noReceipts: ReadonlyMap<string, Watermarks> = new Map();
const olderPage = 50;

export function createRoomHandle(parts: RoomHandleParts, id: string): RoomHandle {
  const { state, topics, outbox, sync, presence } = parts;
  const keepOpen = (): (() => void) => {
    sync.rooms.use(id);
    return () => sync.rooms.letGo(id);
  };
  const messages = createQuery<MessageWindow>(topics, [`room:${id}`, "account"], createWindowView(parts, id), keepOpen);
  return {
    id,
    room: createQuery<Room | undefined>(topics, [`room:${id}`, "account"], (before) => {
      const room = state.rooms.get(id);
      return room && keepSame(before, viewRoom(state, room, outbox.listFor(id)));
    }),
    messages,
    members: createQuery(topics, [`room:${id}`], (before) => viewMembers(state, id, before), keepOpen),
    receipts: createQuery(topics, [`room:${id}`], (before) => viewReceipts(state, id, before), keepOpen),
    typing: presence.typing(id),
    loadOlder: (limit = olderPage) => sync.loadOlder(id, limit),
    ...createActions(parts, id, messages),
    setTyping: (isTyping, kind) => presence.say(id, isTyping, kind),
  };
}

type Actions = Pick<RoomHandle, "send" | "edit" | "delete" | "react" | "star" | "markRead" | "setPreferences">;

function createActions(parts: RoomHandleParts, id: string, messages: Query<MessageWindow>): Actions {
  const { state, outbox, presence } = parts;
  const find = (key: string): MessageItem | undefined =>
    messages.getSnapshot().items.find((item) => item.key === key || item.id === key);
  const about = (key: string): Target => toTarget(find(key), key, outbox.listFor(id));
  const add = async (action: OutboxAction): Promise<void> => {
    await outbox.add(id, action);
  };
  return {
    async send(message) {
      presence.say(id, false);
      const { content = "", replyTo, file, isViewOnce, ...meta } = message;
      if (content.trim() === "" && !file && !ownType(meta))
        throw new PipitError("invalid_request", { message: "Nothing to send.", retryable: false });
      const target = replyTo === undefined ? undefined : about(replyTo);
      const attachment = file && toAttachment(file);
      const item = await outbox.add(id, { kind: "send", content, replyTo: target, meta, attachment, isViewOnce });
      return item.id;
    },
    async edit(key, content) {
      const amended = await outbox.amend(key, (action) => (action.kind === "send" ? { ...action, content } : action));
      if (!amended) await add({ kind: "edit", target: about(key), content });
    },
    async delete(key, whom = "everyone") {
      if (!(await outbox.withdraw(key))) await add({ kind: "delete", target: about(key), for: whom });
    },
    async react(key, emoji, isOn) {
      const has = find(key)?.reactions.some((one) => one.emoji === emoji && one.reacted_by_me) === true;
      await add({ kind: "react", target: about(key), emoji, isOn: isOn ?? !has });
    },
    star: (key, isStarred) =>
      add({ kind: "star", target: about(key), isStarred: isStarred ?? find(key)?.is_starred !== true }),
    async markRead(upTo) {
      const room = state.rooms.get(id);
      if (!room) return;
      const view = viewRoom(state, room, outbox.listFor(id));
      const last = upTo ?? room.rows?.messages.at(-1)?.sequence_number ?? view.last_sequence;
      if (last > view.read_sequence) await add({ kind: "read", upTo: last });
    },
    setPreferences: (changes) => add({ kind: "preferences", changes }),
  };
}

/** In a large room most of what happens is receipts, and most of those move nothing that is shown: that is told first. */
function createWindowView(parts: RoomHandleParts, id: string): (before: MessageWindow | undefined) => MessageWindow {
  const { state, topics, outbox } = parts;
  let basis: readonly unknown[] = [];
  return (before) => {
    const room = state.rooms.get(id);
    if (!room) return noMessages;
    const waiting = outbox.listFor(id);
    const reach = room.rows && findReach(state, room as OpenRoom);
    const shown = [room.rows?.messages, room.isComplete, room.cursor === undefined, room.room.last_sequence];
    const all = [...shown, reach?.delivered, reach?.read, topics.versionOf("account"), ...waiting];
    const now = keepSameList(basis, all);
    if (before && before !== noMessages && now === basis) return before;
    basis = now;
    return viewWindow(state, room, waiting, before);
  };
}

function viewWindow(
  state: DeviceState,
  room: RoomState,
  waiting: readonly OutboxItem[],
  before: MessageWindow | undefined,
): MessageWindow {
  // What waits to be sent is shown before anything has been loaded.
  const open = room.rows ? (room as OpenRoom) : { ...room, rows: emptyRows() };
  const known = new Map(before?.items.map((item) => [item.key, item]));
  const items = keepSameList(before?.items, viewMessages(state, open, waiting, known));
  const window = { items, isComplete: room.isComplete, isLoading: !room.rows || room.cursor === undefined };
  return keepSame(before, window);
}

function viewMembers(state: DeviceState, id: string, before: readonly Member[] | undefined): readonly Member[] {
  const members = state.rooms.get(id)?.rows?.members;
  if (!members) return noMembers;
  const present = [...members.values()].filter((member) => member.is_member);
  return keepSameList(before, present);
}

/** A copy, since the rows' own map changes in place; the same one for as long as nothing in it has changed. */
function viewReceipts(
  state: DeviceState,
  id: string,
  before: ReadonlyMap<string, Watermarks> | undefined,
): ReadonlyMap<string, Watermarks> {
  const marks = state.rooms.get(id)?.rows?.watermarks;
  if (!marks) return noReceipts;
  const isSame = before?.size === marks.size && [...marks.values()].every((one) => before.get(one.user_id) === one);
  return isSame ? before : new Map(marks);
}

/** What is not there yet is named by its client id. */
function toTarget(found: MessageItem | undefined, key: string, waiting: readonly OutboxItem[]): Target {
  if (
    waiting.some((item) => item.action.kind === "send" && item.id === key) &&
    (found === undefined || found.change === 0)
  ) {
    return { clientMessageId: key };
  }
  return { messageId: found?.id ?? key };
}

function toAttachment(file: UploadSource): Attachment {
  const { blob, fileName, mimeType, messageType } = file;
  return { blob, fileName, mimeType, messageType };
}
