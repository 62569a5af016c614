/** Brings a device up to date and keeps it so: on connecting, by events, on a gap, and every minute. */
import type { Payload } from "@pipit/protocol/events";
import type { Message } from "@pipit/protocol/models/message";
import type { Room } from "@pipit/protocol/models/room";
import type { Call } from "../connection/caller.ts";
import type { Environment, Timer } from "../environment.ts";
import { toPipitError } from "../errors.ts";
import type { ChangingReply } from "../outbox/share-outbox.ts";
import { applyOlder, applyRoom } from "../state/apply-pages.ts";
import { changeOf } from "../state/apply-room-event.ts";
import type { DeviceState, RoomState } from "../state/device-state.ts";
import { type OpenRoom, placeOf } from "../state/open-room.ts";
import type { Topics } from "../state/query.ts";
import { dropRoom } from "../state/room-rows.ts";
import type { Model } from "../state/save-room.ts";
import { canCount, timeOf } from "../state/view-room.ts";
import type { ClientStore } from "../store/store.ts";
import { AccountSync } from "./account-sync.ts";
import { createDeliverMarks, type DeliverMarks } from "./deliver-marks.ts";
import { OpenRooms } from "./open-rooms.ts";
import { RoomSync } from "./room-sync.ts";

export type SyncOptions = {
  /** How many of the most recent rooms are brought up to date by themselves, to be there offline. */
  warmRooms: number;
  maxIdleRooms: number;
  windowSize: number;
  /** How much a page of sync brings: of messages, or of rooms. */
  pageSize: number;
};

export type SyncParts = {
  model: Model;
  store: ClientStore;
  env: Environment;
  topics: Topics;
  call: Call;
  isOnline(): boolean;
  deviceId: () => string | undefined;
  onError(error: unknown): void;
} & SyncOptions;

/** Events that say that a room is the user's no more. */
const ends: ReadonlySet<string> = new Set(["group:removed", "room:deleted", "group:left"]);
const minuteMs = 60_000;
const recountMs = 1_000;

export class SyncEngine {
  readonly rooms: OpenRooms;
  readonly #parts: SyncParts;
  readonly #account: AccountSync;
  readonly #roomSync: RoomSync;
  readonly #marks: DeliverMarks;
  readonly #older = new Map<string, Promise<void>>();
  readonly #recounts = new Map<string, Timer>();
  #minute: Timer;
  #isSettled = false;
  #beginnings = 0;

  constructor(parts: SyncParts) {
    this.#parts = parts;
    this.#marks = createDeliverMarks({
      ...parts,
      onMarked: (reply) =>
        this.noteReply("message:delivered:update", { ...reply, up_to_sequence: reply.delivered_sequence }),
    });
    this.#roomSync = new RoomSync({
      ...parts,
      onChanged: (roomId) => this.#changed(roomId),
      onLost: (roomId) => this.#lose(roomId),
    });
    this.#account = new AccountSync({
      ...parts,
      onRoom: (roomId) => this.#meet(roomId),
      onRemoved: (roomId) => this.drop(roomId),
      onChanged: () => parts.topics.touch("account"),
    });
    this.rooms = new OpenRooms({
      ...parts,
      onOpened: (room) => this.#opened(room),
      onClosed: (roomId) => this.#roomSync.forget(roomId),
    });
  }

  /** Whether the first sync since the last connecting is done. */
  isSettled(): boolean {
    return this.#isSettled;
  }

  /** Brings everything up to date, and from now on once a minute. @throws {PipitError} if the list of rooms did not come */
  async begin(): Promise<void> {
    this.#isSettled = false;
    this.#planMinute();
    // What was missed of open rooms is asked for beside the list of rooms, not after it.
    const rooms = this.rooms.list().map((room) => this.#roomSync.sync(room));
    this.#beginnings += 1;
    const beginning = this.#beginnings;
    await this.#account.sync();
    await Promise.all(rooms);
    await this.#warm();
    // Another connection has been made meanwhile: what it has missed is brought by its own beginning.
    if (beginning !== this.#beginnings) return;
    this.#isSettled = true;
    this.#parts.topics.touch("connection");
  }

  /** Ends all that it does; what comes later is ignored. */
  stop(): void {
    const { env } = this.#parts;
    env.clearTimeout(this.#minute);
    for (const timer of this.#recounts.values()) env.clearTimeout(timer);
    this.#roomSync.stop();
    this.#marks.stop();
  }

  /** Takes an event of the server. */
  takeEvent(name: string, payload: unknown): void {
    const { userId } = this.#parts.model.state;
    if (name === "room:created") this.takeRoom(toRoom(payload as Payload<"room:created">));
    else if (name === "account:update") this.takeAccount(payload as Payload<"account:update">);
    else if (ends.has(name) && ((payload as Partial<Payload<"group:left">>).user_id ?? userId) === userId)
      void this.#endRoom((payload as { room_id: string }).room_id);
    // Only of `sync:required`. For its other reasons the wire ends, and the next one begins with a sync.
    else if ((payload as Payload<"sync:required">).reason === "missed_events") void this.#pull();
    else this.#takeChange(name, payload);
  }

  /** Takes a room that a reply brought. */
  takeRoom(room: Room): void {
    this.#account.takeRoom(room);
  }

  takeAccount(change: Payload<"account:update">): void {
    const roomId = "room_id" in change ? change.room_id : undefined;
    if (!this.#account.take(change)) void this.#pull();
    else if (roomId !== undefined) this.#changed(roomId);
  }

  /** Takes what a reply says of a room that it changed, of which this socket hears no event. */
  noteReply(event: string, reply: ChangingReply): void {
    // What made no change may name one of another kind, which this client has not heard of: that is asked for, if so.
    if (reply.change !== undefined) this.#takeChange(reply.is_changed === false ? "" : event, reply);
  }

  /** Takes what a reply says of private state, which this socket hears no event of either. */
  noteAccountChange(change: number, roomId: string): void {
    if (!this.#account.note(change)) void this.#pull();
    this.#changed(roomId);
  }

  /** Loads older messages of a room, up to `limit`. @throws {PipitError} */
  loadOlder(roomId: string, limit: number): Promise<void> {
    const running = this.#older.get(roomId) ?? this.#loadOlder(roomId, limit).finally(() => this.#older.delete(roomId));
    this.#older.set(roomId, running);
    return running;
  }

  /** Resolves when a room's rows are as new as the server's, or can't be for the moment. */
  async syncRoom(roomId: string): Promise<void> {
    const room = await this.rooms.open(roomId);
    if (room) await this.#roomSync.sync(room);
  }

  async #loadOlder(roomId: string, limit: number): Promise<void> {
    const room = await this.rooms.open(roomId);
    if (!room || room.isComplete || room.cursor === undefined) return;
    const { rows, from, cursor } = room;
    const input = { room_id: roomId, before: from, limit };
    const { data, pagination } = await this.#parts.call("messages.list", input);
    // A load from nothing, or a trimmed window, has taken the place of the one that this page belongs to.
    if (room.rows !== rows || room.from !== from) return;
    applyOlder(this.#parts.model, room, data, pagination?.has_more === false);
    // What happened to these messages while they were on their way was not folded: they were not there yet.
    if (room.cursor !== cursor) this.#roomSync.rewind(room, cursor);
    this.#changed(roomId);
  }

  #takeChange(name: string, payload: unknown): void {
    const told = changeOf(payload);
    if (!told) return;
    const room = this.rooms.find(told.roomId);
    if (room) this.#roomSync.take(room, name, payload, told.change);
    else if (isQuiet(name, payload, this.#parts.model.state.userId)) return;
    // Something goes on in a room that was not open: it is worth having.
    else if (this.#parts.model.state.rooms.has(told.roomId)) void this.#openAndSync(told.roomId);
    else void this.#pull();
  }

  /** Gone at once. An event that is late may speak of a membership before the present one: then the room comes back. */
  async #endRoom(roomId: string): Promise<void> {
    this.drop(roomId);
    try {
      this.takeRoom((await this.#parts.call("rooms.get", { room_id: roomId })).data);
    } catch (error) {
      const { code, retryable } = toPipitError(error);
      if (!retryable && code !== "not_found") this.#parts.onError(error);
    }
  }

  async #openAndSync(roomId: string): Promise<void> {
    try {
      await this.syncRoom(roomId);
    } catch (error) {
      this.#parts.onError(error);
    }
  }

  async #pull(): Promise<void> {
    try {
      await this.#account.sync();
    } catch (error) {
      // The connection's next beginning, or the minute check, asks again.
      if (!toPipitError(error).retryable) this.#parts.onError(error);
    }
  }

  async #warm(): Promise<void> {
    const { state } = this.#parts.model;
    const byTime = [...state.rooms.values()].sort((a, b) => (timeOf(a.room) < timeOf(b.room) ? 1 : -1));
    const cold = byTime.slice(0, this.#parts.warmRooms).filter((room) => !room.rows);
    for (const room of cold) await this.#openAndSync(room.room.id);
  }

  #planMinute(): void {
    const { env, isOnline } = this.#parts;
    env.clearTimeout(this.#minute);
    this.#minute = env.setTimeout(
      () => {
        this.#planMinute();
        if (isOnline()) void this.#pull();
      },
      minuteMs * (0.75 + env.random() / 2),
    );
  }

  /** The server's view of a room has come: if its rows are older, they are brought up to it. */
  #meet(roomId: string): void {
    const room = this.rooms.find(roomId);
    if (room) this.#roomSync.want(room, room.room.last_change);
    else if (this.rooms.isUsed(roomId)) void this.#openAndSync(roomId);
    this.#changed(roomId);
  }

  #opened(room: OpenRoom): void {
    if (this.#parts.isOnline()) void this.#roomSync.sync(room);
    this.#changed(room.room.id);
  }

  #changed(roomId: string): void {
    const { model, topics } = this.#parts;
    topics.touch(`room:${roomId}`, "rooms");
    const known = model.state.rooms.get(roomId);
    if (!known) return;
    const arrived = findArrived(model.state, known);
    if (arrived !== undefined) this.#marks.note(roomId, arrived, known.room.member_count);
    this.rooms.trim(roomId);
    const room = this.rooms.find(roomId);
    if (room) this.#recount(room);
  }

  /** Unread messages that the window can't count are counted by the server, a little after the last change. */
  #recount(room: OpenRoom): void {
    const { env, model, call, isOnline } = this.#parts;
    const roomId = room.room.id;
    const read = room.rows.watermarks.get(model.state.userId ?? "")?.read_sequence ?? 0;
    const isRight = room.cursor === undefined || canCount(room, read) || room.counted.change >= room.cursor;
    if (isRight || this.#recounts.has(roomId) || !isOnline()) return;
    const work = async (): Promise<void> => {
      this.#recounts.delete(roomId);
      const { data } = await call("rooms.get", { room_id: roomId });
      if (model.state.rooms.has(roomId)) applyRoom(model, data);
      this.#meet(roomId);
    };
    this.#recounts.set(
      roomId,
      env.setTimeout(() => {
        work().catch((error) => {
          if (!toPipitError(error).retryable) this.#parts.onError(error);
        });
      }, recountMs),
    );
  }

  #lose(roomId: string): void {
    this.drop(roomId);
    void this.#pull();
  }

  /** Forgets a room. */
  drop(roomId: string): void {
    dropRoom(this.#parts.model, roomId);
    this.#roomSync.forget(roomId);
    this.#marks.forget(roomId);
    this.rooms.forget(roomId);
    this.#parts.topics.touch(`room:${roomId}`, "rooms");
  }
}

function toRoom({ room_id: _, change: __, ...room }: Payload<"room:created">): Room {
  return room;
}

/** What says so little that a room is not opened for it: the minute check brings what the list shows of it. */
function isQuiet(name: string, payload: unknown, userId: string | undefined): boolean {
  if (name === "message:seen:update") return (payload as Payload<"message:seen:update">).user_id !== userId;
  return name === "message:delivered:update" || name === "message:reaction:update";
}

/** How far messages of others have come that the server does not know to have come. */
function findArrived({ userId }: DeviceState, { room, rows }: RoomState): number | undefined {
  if (!rows)
    return room.delivered_sequence < room.last_sequence && room.unread_count > 0 ? room.last_sequence : undefined;
  const told = rows.watermarks.get(userId ?? "")?.delivered_sequence ?? room.delivered_sequence;
  const isNews = (message: Message): boolean => message.sender_id !== userId && message.message_type !== "system";
  const fresh = rows.messages.slice(placeOf(rows.messages, told + 1));
  return fresh.filter(isNews).at(-1)?.sequence_number;
}
