/** What a person picks on a device: one of their rooms, one of its messages, a user. */
import type { MessageItem, RoomHandle } from "../../src/client.ts";
import type { ActionParts } from "./actions.ts";

/** One of one's rooms; now and then one that was lost. */
export function pickRoom({ device, client, random }: ActionParts): RoomHandle | undefined {
  const present = client.rooms.getSnapshot().map((room) => room.id);
  const ids = random.chance(0.08) ? [...device.seenRooms] : present;
  return ids.length === 0 ? undefined : client.room(random.pick(ids.sort()));
}

function pickItem(parts: ActionParts, isGood: (item: MessageItem) => boolean): [RoomHandle, MessageItem] | undefined {
  const handle = pickRoom(parts);
  if (!handle) return undefined;
  parts.device.lookAt(handle);
  const items = handle.messages.getSnapshot().items.filter(isGood);
  return items.length === 0 ? undefined : [handle, parts.random.pick(items)];
}

type WithItem = (parts: ActionParts, handle: RoomHandle, item: MessageItem) => string;

export function withItem(parts: ActionParts, work: WithItem, isGood: (item: MessageItem) => boolean = () => true) {
  const found = pickItem(parts, (item) => item.message_type !== "system" && isGood(item));
  return found && `${work(parts, ...found)} ${found[1].content || found[1].id} in ${found[0].id}`;
}

export function withOwn(parts: ActionParts, work: WithItem): string | undefined {
  return withItem(parts, work, (item) => item.sender_id === parts.device.userId);
}

export function withUser(parts: ActionParts, work: (parts: ActionParts, roomId: string, userId: string) => string) {
  const handle = pickRoom(parts);
  if (!handle) return undefined;
  const members = handle.members.getSnapshot().map((member) => member.user_id);
  const userId = parts.random.pick(members.length > 0 && parts.random.chance(0.6) ? members : parts.userIds);
  return `${work(parts, handle.id, userId)} ${userId} in ${handle.id}`;
}
