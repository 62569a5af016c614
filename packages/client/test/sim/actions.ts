/** What a person may do on one device, through the SDK alone. */
import type { PipitClient } from "../../src/client.ts";
import type { Device } from "./device.ts";
import { type GroupActionName, groupActions, groupWeights } from "./group-actions.ts";
import { pickRoom, withItem, withOwn, withUser } from "./pick.ts";
import type { Random } from "./random.ts";
import type { SentBook } from "./sent-book.ts";

export type ActionParts = {
  device: Device;
  client: PipitClient;
  random: Random;
  /** All users of the tenant. */
  userIds: readonly string[];
  sent: SentBook;
  now: number;
  /** A word that no other action has. */
  word: string;
};

/** Does it, or begins to. @returns what it was, in words; undefined if there is nothing to do it with */
type Action = (parts: ActionParts) => string | undefined;

const emojis = ["👍", "🎉", "😀", "❤️"];

const weights = {
  send: 30,
  reply: 6,
  mention: 5,
  look: 14,
  edit: 7,
  deleteForAll: 4,
  deleteForMe: 4,
  react: 9,
  star: 6,
  markRead: 12,
  prefer: 5,
  draft: 3,
  loadOlder: 5,
  createGroup: 2,
  createDirect: 2,
  addMember: 5,
  removeMember: 4,
  leave: 2,
  setRole: 2,
  updateRoom: 3,
  settle: 2,
  closeRoom: 0.5,
  retry: 4,
  discard: 2,
  statusMessage: 1,
  privacy: 1,
  rename: 0.5,
};

type PlainActionName = keyof typeof weights;
export type ActionName = PlainActionName | GroupActionName;

export function pickAction(random: Random): ActionName {
  return random.weigh({ ...weights, ...groupWeights });
}

export function act(name: ActionName, parts: ActionParts): string | undefined {
  for (const room of parts.client.rooms.getSnapshot()) parts.device.seenRooms.add(room.id);
  return { ...actions, ...groupActions }[name](parts);
}

const actions: Record<PlainActionName, Action> = {
  send: (parts) => send(parts, {}),
  reply: (parts) => send(parts, { isReply: true }),
  mention: (parts) => send(parts, { mentions: [parts.random.pick(parts.userIds), parts.random.pick(parts.userIds)] }),
  look(parts) {
    const handle = pickRoom(parts);
    return handle && `${parts.device.look(handle)} ${handle.id}`;
  },
  edit: (parts) =>
    withOwn(parts, ({ device, word }, handle, item) => {
      device.track(handle.edit(item.key, `${word} edited`), "edit");
      return "edits";
    }),
  deleteForAll: (parts) =>
    withOwn(parts, ({ device, sent }, handle, item) => {
      sent.withdraw(item.key);
      device.track(handle.delete(item.key), "delete");
      return "deletes for everyone";
    }),
  deleteForMe: (parts) =>
    withItem(parts, ({ device, sent }, handle, item) => {
      if (item.is_pending) sent.withdraw(item.key);
      device.track(handle.delete(item.key, "me"), "delete for me");
      return "deletes for themself";
    }),
  react: (parts) =>
    withItem(parts, ({ device, random }, handle, item) => {
      const emoji = random.pick(emojis);
      const isOn = random.chance(0.3) ? random.chance(0.5) : undefined;
      device.track(handle.react(item.key, emoji, isOn), "react");
      return `reacts with ${emoji} (${isOn ?? "toggles"}) to`;
    }),
  star: (parts) =>
    withItem(parts, ({ device }, handle, item) => {
      device.track(handle.star(item.key), "star");
      return "stars or unstars";
    }),
  markRead(parts) {
    const { device, random } = parts;
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    const items = handle.messages.getSnapshot().items;
    const upTo = items.length > 0 && random.chance(0.3) ? random.pick(items).sequence_number : undefined;
    device.track(handle.markRead(upTo), "mark read");
    return `reads ${handle.id} up to ${upTo ?? "its end"}`;
  },
  prefer(parts) {
    const { device, random, now } = parts;
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    const until = new Date(now + 3_600_000).toISOString();
    const changes = random.pick([
      { is_pinned: random.chance(0.5) },
      { is_archived: random.chance(0.5) },
      { muted_until: random.chance(0.5) ? until : null },
      { is_pinned: true, is_archived: true },
    ]);
    device.track(handle.setPreferences(changes), "set preferences");
    return `prefers ${JSON.stringify(changes)} of ${handle.id}`;
  },
  draft(parts) {
    const { device, random, word } = parts;
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    const draft = random.chance(0.3) ? null : { content: `${word} begun`, reply_to: null };
    device.track(handle.setPreferences({ draft }), "set a draft");
    return `drafts ${draft?.content ?? "nothing"} in ${handle.id}`;
  },
  loadOlder(parts) {
    const { device, random } = parts;
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    device.track(handle.loadOlder(random.between(1, 20)), "load older");
    return `loads older messages of ${handle.id}`;
  },
  createGroup({ device, client, random, userIds, word }) {
    const member_ids = Array.from({ length: random.between(1, 4) }, () => random.pick(userIds));
    const settings = { history_visible_to_new_members: random.chance(0.5) };
    const type = random.chance(0.15) ? "channel" : "group";
    device.track(client.api.rooms.create({ type, name: `${word} group`, member_ids, settings }), "create a group");
    return `creates a ${type} with ${member_ids}`;
  },
  createDirect({ device, client, random, userIds }) {
    const peer = random.pick(userIds);
    device.track(client.api.rooms.create({ type: "direct", member_ids: [peer] }), "create a direct room");
    return `writes to ${peer}`;
  },
  addMember: (parts) =>
    withUser(parts, ({ device, client }, room_id, user_id) => {
      device.track(client.api.members.add({ room_id, user_id }), "add a member");
      return "adds";
    }),
  removeMember: (parts) =>
    withUser(parts, ({ device, client }, room_id, user_id) => {
      device.track(client.api.members.remove({ room_id, user_id }), "remove a member");
      return "removes";
    }),
  setRole: (parts) =>
    withUser(parts, ({ device, client, random }, room_id, user_id) => {
      const role = random.pick(["admin", "admin", "member", "owner"] as const);
      device.track(client.api.members.setRole({ room_id, user_id, role }), "set a role");
      return `makes ${role}:`;
    }),
  leave(parts) {
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    parts.device.track(parts.client.api.groups.leave({ room_id: handle.id }), "leave");
    return `leaves ${handle.id}`;
  },
  updateRoom(parts) {
    const { device, client, word } = parts;
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    device.track(client.api.rooms.update({ room_id: handle.id, name: `${word} name` }), "rename a room");
    return `renames ${handle.id}`;
  },
  settle(parts) {
    const { device, client, random } = parts;
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    const settings = { history_visible_to_new_members: random.chance(0.5), who_can_add: "everyone" as const };
    device.track(client.api.rooms.update({ room_id: handle.id, settings }), "set a room's settings");
    return `settles ${JSON.stringify(settings)} of ${handle.id}`;
  },
  closeRoom(parts) {
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    parts.device.track(parts.client.api.rooms.delete({ room_id: handle.id }), "close a room");
    return `closes ${handle.id}`;
  },
  retry({ device, client, random, sent }) {
    const failed = client.outbox.items.getSnapshot().filter((item) => item.state === "failed");
    if (failed.length === 0) return undefined;
    const item = random.pick(failed);
    sent.exempt(item.id);
    device.track(client.outbox.retry(item.id), "retry");
    return `tries a ${item.action.kind} again`;
  },
  discard({ device, client, random, sent }) {
    const items = client.outbox.items.getSnapshot();
    if (items.length === 0) return undefined;
    const item = random.pick(items);
    sent.withdraw(item.id);
    device.track(client.outbox.discard(item.id), "discard");
    return `gives a ${item.action.kind} up`;
  },
  statusMessage({ device, client, random, word }) {
    const status_message = random.chance(0.3) ? null : `${word} status`;
    device.track(client.api.presence.setStatusMessage({ status_message }), "set a status message");
    return `says ${status_message}`;
  },
  privacy({ device, client, random }) {
    const online = random.pick(["everyone", "shared_rooms", "nobody"] as const);
    device.track(client.api.users.setPrivacy({ online }), "set privacy");
    return `shows being online to ${online}`;
  },
  rename({ device, client, word }) {
    device.track(client.api.users.update({ name: `${word} name` }), "rename oneself");
    return "takes another name";
  },
};

function send(parts: ActionParts, how: { isReply?: boolean; mentions?: string[] }): string | undefined {
  const { device, word, random, sent } = parts;
  const handle = pickRoom(parts);
  if (!handle) return undefined;
  const items = handle.messages.getSnapshot().items.filter((item) => item.message_type !== "system");
  const replyTo = how.isReply && items.length > 0 ? random.pick(items).key : undefined;
  const taken = handle.send({ content: word, replyTo, mentions: how.mentions }).then((key) => {
    sent.add({ device: device.name, roomId: handle.id, userId: device.userId, key });
  });
  device.track(taken, "send");
  return `sends ${word}${replyTo === undefined ? "" : " as a reply"}${how.mentions ? ` to ${how.mentions}` : ""} in ${handle.id}`;
}
