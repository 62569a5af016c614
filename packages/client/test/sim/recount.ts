/** Counts anew, in plain loops over the tables, what the server derives: unread, mentions, delivery and info lists. */
import type { Output } from "@pipit/protocol/operations";
import { sql } from "kysely";
import { findDifference } from "./digest.ts";
import type { World } from "./world.ts";
import { Violation } from "./world.ts";

type RoomRow = { id: string; last_sequence: number; closed: boolean };
type MemberRow = {
  room_id: string;
  user_id: string;
  is_member: boolean;
  read: number;
  delivered: number;
  first: number;
};
type MessageRow = {
  room_id: string;
  sequence: number;
  sender_id: string;
  client_id: string | null;
  type: string;
  is_deleted: boolean;
  is_withheld: boolean;
  meta: { mentions?: string[]; mentions_all?: boolean };
};
type HiddenRow = { room_id: string; user_id: string; sequence: number };
type PeriodRow = { room_id: string; user_id: string; from: number; to: number | null };
type LogRow = {
  room_id: string;
  user_id: string;
  kind: "delivered" | "read";
  up_to: number;
  at: Date;
  device_id: string | null;
};

export type Tables = {
  rooms: RoomRow[];
  members: MemberRow[];
  messages: MessageRow[];
  hidden: HiddenRow[];
  periods: PeriodRow[];
  log: LogRow[];
};

export async function readTables(world: World): Promise<Tables> {
  const { db } = world.server.services;
  const own = sql`room_id in (select id from rooms where tenant_id = ${world.tenant})`;
  const read = async <Row>(query: ReturnType<typeof sql<Row>>): Promise<Row[]> => (await query.execute(db)).rows;
  return {
    rooms: await read(sql<RoomRow>`
      select id, last_sequence, closed_at is not null as closed from rooms where tenant_id = ${world.tenant} order by id`),
    members: await read(sql<MemberRow>`
      select room_id, user_id, is_member, read_sequence as read, delivered_sequence as delivered,
        first_visible as first
      from members where ${own}`),
    messages: await read(sql<MessageRow>`
      select room_id, sequence, sender_id, client_message_id as client_id, message_type as type,
        deleted_at is not null as is_deleted, is_withheld, meta_data as meta
      from messages where ${own} order by room_id, sequence`),
    hidden: await read(sql<HiddenRow>`select room_id, user_id, sequence from hidden_messages where ${own}`),
    periods: await read(sql<PeriodRow>`
      select room_id, user_id, from_sequence as from, to_sequence as to from membership_periods where ${own}`),
    log: await read(sql<LogRow>`
      select room_id, user_id, kind, up_to, at, device_id from receipt_log where ${own} order by at, kind, up_to`),
  };
}

/** [G6][G7] @throws {Violation} where the server tells another number than the tables do */
export async function recountUnread(world: World, { rooms, members, messages, hidden }: Tables): Promise<void> {
  const open = new Set(rooms.filter((room) => !room.closed).map((room) => room.id));
  const hiddenBy = new Set(hidden.map((row) => `${row.user_id} ${row.room_id} ${row.sequence}`));
  for (const userId of world.userIds) {
    const counted: Output<"rooms.unread">["rooms"] = [];
    for (const { room_id, read, first } of members.filter((row) => row.user_id === userId && row.is_member)) {
      const unread = messages.filter(
        (row) =>
          row.room_id === room_id &&
          row.sequence > read &&
          row.sequence >= first &&
          row.type !== "system" &&
          !row.is_deleted &&
          !hiddenBy.has(`${userId} ${room_id} ${row.sequence}`),
      );
      const mentions = unread.filter((row) => row.meta.mentions_all || row.meta.mentions?.includes(userId));
      if (!open.has(room_id) || unread.length === 0) continue;
      counted.push({ room_id, unread_count: unread.length, mention_count: mentions.length });
    }
    const actor = { kind: "user" as const, tenantId: world.tenant, userId };
    const known = await world.server.services.users
      .ensure({ tenantId: world.tenant, userId })
      .then(() => world.server.run("rooms.unread", actor, {}));
    const told = known.data as Output<"rooms.unread">;
    const byId = (list: Output<"rooms.unread">["rooms"]) =>
      Object.fromEntries(list.map((row) => [row.room_id, row] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
    const difference = findDifference(byId(told.rooms), byId(counted));
    if (difference !== undefined) throw new Violation(`[G7] unread of ${userId}, told against counted: ${difference}`);
  }
}

/** [G6] @throws {Violation} where messages.info of some messages tells another list than the log of receipts */
export async function recountInfo(world: World, tables: Tables, sample: readonly MessageRow[]): Promise<void> {
  for (const message of sample) {
    const viewer = tables.members.find((row) => row.room_id === message.room_id && row.user_id === message.sender_id);
    const room = tables.rooms.find((row) => row.id === message.room_id);
    const isHidden = tables.hidden.some(
      (row) =>
        row.room_id === message.room_id && row.user_id === message.sender_id && row.sequence === message.sequence,
    );
    if (!viewer?.is_member || room?.closed || isHidden || message.sequence < viewer.first) continue;
    const actor = { kind: "user" as const, tenantId: world.tenant, userId: message.sender_id };
    const id = `${message.room_id}.${message.sequence}`;
    const told = (await world.server.run("messages.info", actor, { message_id: id })).data;
    const difference = findDifference(told, countInfo(tables, message));
    if (difference !== undefined) throw new Violation(`[G6] info of ${id}, told against counted: ${difference}`);
  }
}

function countInfo({ periods, log }: Tables, message: MessageRow): Output<"messages.info"> {
  const { room_id, sequence, sender_id, is_withheld } = message;
  const recipients = periods.filter(
    (row) =>
      row.room_id === room_id &&
      row.user_id !== sender_id &&
      row.from <= sequence &&
      (row.to === null || row.to >= sequence),
  );
  const list = (kinds: readonly LogRow["kind"][]): Output<"messages.info">["seen_by"] =>
    recipients
      .flatMap((period) => {
        const first = log.find(
          (row) =>
            row.room_id === room_id &&
            row.user_id === period.user_id &&
            kinds.includes(row.kind) &&
            row.up_to >= sequence &&
            (period.to === null || row.up_to <= period.to),
        );
        // To one who has blocked its sender, a message never comes.
        return first && !is_withheld
          ? { user_id: period.user_id, timestamp: first.at.toISOString(), device_id: first.device_id }
          : [];
      })
      .sort((a, b) => (`${a.timestamp} ${a.user_id}` < `${b.timestamp} ${b.user_id}` ? -1 : 1));
  return {
    delivered_to: list(["delivered", "read"]),
    seen_by: list(["read"]),
    total_recipients: recipients.length,
    next_cursor: null,
    has_more: false,
  };
}

/** [G2][G3] What was promised of sends holds. @throws {Violation} */
export function checkSent(world: World, { rooms, messages }: Tables, failed: ReadonlySet<string>): void {
  for (const room of rooms) {
    const sequences = messages.filter((row) => row.room_id === room.id).map((row) => row.sequence);
    const isGapless = sequences.every((sequence, place) => sequence === place + 1);
    if (!isGapless || sequences.length !== room.last_sequence) {
      throw new Violation(`[G2] the sequences of ${room.id} are ${sequences}, its last is ${room.last_sequence}`);
    }
  }
  const last = new Map<string, number>();
  for (const sent of world.sent.list()) {
    if (sent.isWithdrawn || failed.has(sent.key)) continue;
    const found = messages.filter(
      (row) => row.room_id === sent.roomId && row.sender_id === sent.userId && row.client_id === sent.key,
    );
    const [first] = found;
    if (!first || found.length > 1) {
      throw new Violation(
        `[G3] the message ${sent.key} of ${sent.device} in ${sent.roomId} is there ${found.length} times`,
      );
    }
    if (sent.isExempt) continue;
    const lane = `${sent.device} ${sent.roomId}`;
    if (first.sequence < (last.get(lane) ?? 0)) {
      throw new Violation(`the message ${sent.key} of ${sent.device} in ${sent.roomId} was overtaken by a later one`);
    }
    last.set(lane, first.sequence);
  }
}
