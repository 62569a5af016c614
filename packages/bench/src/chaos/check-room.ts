/** Holds what devices have of a room, and what the server derives, against a complete reading of the room. */
import { fingerprint, type Mark, type RoomView, type SharedMessage } from "./room-view.ts";

/** A room as a device that has nothing reads it from the server. */
export type FreshRoom = {
  roomId: string;
  messages: readonly SharedMessage[];
  marks: ReadonlyMap<string, Mark>;
  lastChange: number;
};

/** What the server's list of rooms tells one user of a room. */
export type ListedRoom = {
  unread_count: number;
  read_sequence: number;
  delivered_sequence: number;
  last_sequence: number;
  last_change: number;
};

type Viewed = Pick<RoomView, "cursor" | "from" | "marks" | "find">;

/** Where a device differs from a fresh one, first in each respect. */
export function checkConvergence(userId: string, view: Viewed, fresh: FreshRoom): string[] {
  const name = `${userId} in ${fresh.roomId}`;
  const problems: string[] = [];
  if (view.cursor !== fresh.lastChange) {
    problems.push(`${name} is at change ${view.cursor}, the room at ${fresh.lastChange}`);
  }
  const differing = fresh.messages.find((message) => {
    const sequence = message.sequence_number;
    return sequence >= view.from && view.find(sequence)?.print !== fingerprint(message);
  });
  if (differing) {
    const own = view.find(differing.sequence_number);
    const has = own ? `as of change ${own.change}` : "not at all";
    problems.push(`${name} has message ${differing.sequence_number} of change ${differing.change} ${has}`);
  }
  const beyond = view.find((fresh.messages.at(-1)?.sequence_number ?? 0) + 1);
  if (beyond) problems.push(`${name} has a message that the room does not have`);
  return [...problems, ...checkMarks(name, view.marks, fresh.marks)];
}

function checkMarks(name: string, own: ReadonlyMap<string, Mark>, fresh: ReadonlyMap<string, Mark>): string[] {
  for (const member of new Set([...own.keys(), ...fresh.keys()])) {
    const [one, other] = [own.get(member) ?? nothing, fresh.get(member) ?? nothing];
    if (one.delivered === other.delivered && one.read === other.read) continue;
    return [`${name} has ${member} at ${describe(one)}, a fresh device at ${describe(other)}`];
  }
  return [];
}

const nothing: Mark = { delivered: 0, read: 0 };

function describe({ delivered, read }: Mark): string {
  return `delivered ${delivered}, read ${read}`;
}

/** Where the list tells another number than a recount over the room gives. */
export function checkListed(userId: string, listed: ListedRoom, fresh: FreshRoom): string[] {
  const name = `the list of ${userId} tells of ${fresh.roomId}`;
  const own = fresh.marks.get(userId) ?? nothing;
  const unread = countUnread(userId, own.read, fresh.messages);
  const pairs: [string, number, number][] = [
    ["unread", listed.unread_count, unread],
    ["read", listed.read_sequence, own.read],
    ["delivered", listed.delivered_sequence, own.delivered],
    ["last sequence", listed.last_sequence, fresh.messages.at(-1)?.sequence_number ?? 0],
    ["last change", listed.last_change, fresh.lastChange],
  ];
  return pairs.flatMap(([what, told, counted]) =>
    told === counted ? [] : [`${name} ${what} ${told}, counted ${counted}`],
  );
}

/** What is unread after a sequence: system messages and deleted ones are not, nor are one's own. */
function countUnread(userId: string, read: number, messages: readonly SharedMessage[]): number {
  return messages.filter(
    (message) =>
      message.sequence_number > read &&
      message.sender_id !== userId &&
      message.message_type !== "system" &&
      !message.is_deleted,
  ).length;
}

export type Info = { delivered_to: { user_id: string }[]; seen_by: { user_id: string }[] };

/** Where the list of who has a message differs from the watermarks. @param message one whose sender asks */
export function checkInfo(message: SharedMessage, info: Info, fresh: FreshRoom): string[] {
  const others = [...fresh.marks].filter(([userId]) => userId !== message.sender_id);
  const of = (kind: keyof Mark): string =>
    others
      .flatMap(([userId, mark]) => (mark[kind] >= message.sequence_number ? [userId] : []))
      .sort()
      .join(" ");
  const told = (list: { user_id: string }[]): string =>
    list
      .map(({ user_id }) => user_id)
      .sort()
      .join(" ");
  const problems: string[] = [];
  if (told(info.delivered_to) !== of("delivered")) {
    problems.push(`${message.id} is told as delivered to [${told(info.delivered_to)}], counted [${of("delivered")}]`);
  }
  if (told(info.seen_by) !== of("read")) {
    problems.push(`${message.id} is told as seen by [${told(info.seen_by)}], counted [${of("read")}]`);
  }
  return problems;
}
