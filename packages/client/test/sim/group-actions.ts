/** What a person may do in groups and with messages beyond saying something: the rest of actions.ts. */
import type { MessageItem, RoomHandle } from "../../src/client.ts";
import type { ActionParts } from "./actions.ts";
import { pickRoom, withItem, withUser } from "./pick.ts";

export const groupWeights = {
  forward: 6,
  callAll: 3,
  editMention: 3,
  ask: 9,
  vote: 16,
  closePoll: 1,
  pin: 4,
  unpin: 2,
  clear: 1.5,
  markUnread: 2,
  block: 1.5,
  unblock: 2,
  acceptRequest: 2,
  disappear: 1.5,
  slowDown: 0.7,
  sendContact: 2,
  invite: 3,
  join: 4,
  folders: 1,
  openOnce: 12,
  chatSettings: 1,
  secretReads: 1,
  closedToStrangers: 0.7,
};

export type GroupActionName = keyof typeof groupWeights;

export const groupActions: Record<GroupActionName, (parts: ActionParts) => string | undefined> = {
  forward: (parts) =>
    withItem(parts, ({ device, client, random }, _, item) => {
      const rooms = client.rooms.getSnapshot().map((room) => room.id);
      const target_room_ids = [random.pick(rooms), random.pick(rooms)];
      const given = random.chance(0.5) ? { client_message_id: parts.word } : {};
      device.track(client.api.messages.forward({ message_id: item.id, target_room_ids, ...given }), "forward");
      return `forwards to ${target_room_ids}:`;
    }),
  callAll(parts) {
    const { device, client, word, random } = parts;
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    const content = `${word} @${random.chance(0.6) ? "all" : random.pick(parts.userIds)}`;
    device.track(client.api.messages.send({ room_id: handle.id, content }), "call");
    return `calls ${content} in ${handle.id}`;
  },
  editMention: (parts) =>
    withItem(
      parts,
      ({ device, client, random, word }, _, item) => {
        const content = random.pick([`${word} @all`, `${word} @[${random.pick(parts.userIds)}]`, `${word} plain`]);
        device.track(client.api.messages.edit({ message_id: item.id, content }), "edit whom it calls");
        return `edits to ${content}:`;
      },
      (item) => item.sender_id === parts.device.userId,
    ),
  ask(parts) {
    const { device, random, word } = parts;
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    const poll = { question: `${word}?`, options: ["yes", "no", "perhaps"], is_multiple: random.chance(0.5) };
    device.track(handle.send({ poll }), "ask");
    return `asks ${poll.question} in ${handle.id}`;
  },
  vote: (parts) =>
    withPoll(parts, ({ device, client, random }, _, item) => {
      const many = item.meta_data.poll?.is_multiple === true;
      const option_ids = random.pick(many ? [[], [0], [1], [0, 2], [0, 1, 2]] : [[], [0], [1], [2]]);
      device.track(client.api.polls.vote({ message_id: item.id, option_ids }), "vote");
      return `votes ${option_ids} in`;
    }),
  closePoll: (parts) =>
    withPoll(parts, ({ device, client }, _, item) => {
      device.track(client.api.polls.close({ message_id: item.id }), "close a poll");
      return "closes";
    }),
  pin: (parts) =>
    withItem(parts, ({ device, client, random }, _, item) => {
      const duration = random.pick(["24h", "7d", "30d"] as const);
      device.track(client.api.messages.pin({ message_id: item.id, duration }), "pin");
      return `pins for ${duration}`;
    }),
  unpin: (parts) =>
    withItem(parts, ({ device, client }, _, item) => {
      device.track(client.api.messages.unpin({ message_id: item.id }), "unpin");
      return "unpins";
    }),
  clear(parts) {
    const { device, client, random } = parts;
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    const delete_chat = random.chance(0.4);
    device.track(client.api.rooms.clear({ room_id: handle.id, delete_chat }), "clear a chat");
    return `${delete_chat ? "deletes" : "clears"} the chat ${handle.id}`;
  },
  markUnread(parts) {
    const { device, random } = parts;
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    const is_marked_unread = random.chance(0.6);
    device.track(handle.setPreferences({ is_marked_unread }), "mark unread");
    return `marks ${handle.id} ${is_marked_unread ? "unread" : "as it is"}`;
  },
  block({ device, client, random, userIds }) {
    const user_id = random.pick(userIds);
    device.track(client.api.users.block({ user_id }), "block");
    return `blocks ${user_id}`;
  },
  unblock({ device, client, random, userIds }) {
    const known = client.settings.getSnapshot()?.blocked_user_ids ?? [];
    const user_id = random.pick(known.length > 0 ? known : userIds);
    device.track(client.api.users.unblock({ user_id }), "unblock");
    return `unblocks ${user_id}`;
  },
  acceptRequest({ device, client, random }) {
    const requests = client.rooms.getSnapshot().filter((room) => room.is_request);
    if (requests.length === 0) return undefined;
    const { id } = random.pick(requests);
    device.track(client.room(id).setPreferences({ is_request: false }), "accept a request");
    return `accepts the request ${id}`;
  },
  disappear(parts) {
    const { device, client, random } = parts;
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    const disappearing_seconds = random.pick([0, 86_400, 86_400, 604_800] as const);
    device.track(
      client.api.rooms.update({ room_id: handle.id, settings: { disappearing_seconds } }),
      "let messages disappear",
    );
    return `lets messages of ${handle.id} last ${disappearing_seconds} s`;
  },
  slowDown(parts) {
    const { device, client, random } = parts;
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    const slow_mode_seconds = random.pick([0, 0, 2]);
    device.track(client.api.rooms.update({ room_id: handle.id, settings: { slow_mode_seconds } }), "slow down");
    return `slows ${handle.id} down to ${slow_mode_seconds} s`;
  },
  sendContact(parts) {
    const { device, random, word } = parts;
    const handle = pickRoom(parts);
    if (!handle) return undefined;
    const card = random.chance(0.5) ? { contact: { name: word } } : { location: { latitude: 52.5, longitude: 13.4 } };
    device.track(handle.send(card), "send a card");
    return `sends ${Object.keys(card)} in ${handle.id}`;
  },
  invite: (parts) =>
    withUser(parts, ({ device, client }, room_id, user_id) => {
      device.track(client.api.invitations.create({ room_id, user_id }), "invite");
      return "invites";
    }),
  join({ device, client }) {
    const joined = client.api.invitations.list({}).then(async ({ items }) => {
      const [invitation] = items;
      if (invitation) await client.api.groups.joinConfirm({ room_id: invitation.room_id });
    });
    device.track(joined, "join");
    return "joins where they are invited";
  },
  folders({ device, client, random, word }) {
    const rooms = client.rooms.getSnapshot().map((room) => room.id);
    const folders = [{ id: word, name: word, include_groups: random.chance(0.5), room_ids: rooms.slice(0, 3) }];
    device.track(client.api.folders.set({ folders }), "set folders");
    return `keeps a folder ${word}`;
  },
  openOnce: (parts) =>
    withRare(
      parts,
      ({ device, client }, _, item) => {
        device.track(client.api.messages.open({ message_id: item.id }), "open once");
        return "opens";
      },
      (item) => item.view_once !== undefined && item.sender_id !== parts.device.userId,
    ),
  chatSettings({ device, client, random }) {
    const unarchive_on = random.pick(["message", "mention", "never"] as const);
    device.track(
      client.api.chats.setSettings({ unarchive_on, mentions_pierce_mute: random.chance(0.5) }),
      "set chat settings",
    );
    return `brings archived chats back on ${unarchive_on}`;
  },
  secretReads({ device, client, random }) {
    const read_receipts = random.chance(0.5);
    device.track(client.api.users.setPrivacy({ read_receipts }), "set read receipts");
    return `${read_receipts ? "shows" : "hides"} what they read`;
  },
  closedToStrangers({ device, client, random }) {
    const messages = random.pick(["everyone", "shared_rooms", "nobody"] as const);
    const groups = random.pick(["everyone", "shared_rooms", "nobody"] as const);
    device.track(client.api.users.setPrivacy({ messages, groups }), "set who may write");
    return `lets ${messages} write and ${groups} add them`;
  },
};

type WithItem = (parts: ActionParts, handle: RoomHandle, item: MessageItem) => string;

function withPoll(parts: ActionParts, work: WithItem): string | undefined {
  return withRare(parts, work, (item) => item.meta_data.poll !== undefined && !item.is_pending);
}

/** One of those in the rooms that the device has open: of rare kinds, one room at a time would seldom have one. */
function withRare(parts: ActionParts, work: WithItem, isGood: (item: MessageItem) => boolean): string | undefined {
  const { client, random } = parts;
  const handles = client.rooms.getSnapshot().map((room) => client.room(room.id));
  const found = handles.flatMap((handle) =>
    handle.messages.getSnapshot().items.flatMap((item) => (isGood(item) ? { handle, item } : [])),
  );
  if (found.length === 0) return undefined;
  const { handle, item } = random.pick(found);
  return `${work(parts, handle, item)} ${item.content || item.id} in ${handle.id}`;
}
