/** What the server has for a user: by its plain operations, and by SQL where there is none. */
import type { Message } from "@pipit/protocol/models/message";
import type { Watermarks } from "@pipit/protocol/models/receipt";
import type { Member, Room } from "@pipit/protocol/models/room";
import type { OperationName } from "@pipit/protocol/operations";
import { sql } from "kysely";
import {
  type Digest,
  type RoomDigest,
  toMemberDigest,
  toMessageDigest,
  toRoomDigest,
  toWatermarksDigest,
} from "./digest.ts";
import type { World } from "./world.ts";

export async function digestServer(world: World, userId: string): Promise<Digest> {
  const ask = async (name: OperationName, input: object): Promise<unknown> =>
    (await world.server.run(name, { kind: "user", tenantId: world.tenant, userId }, input)).data;
  const marks = await readWatermarks(world, userId);
  const withheld = await readWithheld(world, userId);
  const list = (await ask("rooms.list", { limit: 100 })) as Room[];
  const rooms: [string, RoomDigest][] = [];
  for (const room of list.sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const members = (await ask("members.list", { room_id: room.id, limit: 100 })) as Member[];
    const messages: Message[] = [];
    for (let after = 0; ; ) {
      const page = (await ask("messages.list", { room_id: room.id, after, limit: 100 })) as Message[];
      messages.push(...page);
      if (page.length < 100) break;
      after = page.at(-1)?.sequence_number ?? 0;
    }
    rooms.push([
      room.id,
      {
        room: toRoomDigest(room),
        members: members.filter((member) => member.is_member).map(toMemberDigest),
        watermarks: marks.filter((one) => one.room_id === room.id).map(toWatermarksDigest),
        messages: messages.map((message) =>
          toMessageDigest(message, withheld.has(message.id) ? toReach(message, marks, userId) : message.status),
        ),
      },
    ]);
  }
  const { status_message } = (await ask("users.me", {})) as { status_message: string | null };
  const settings = {
    status_message,
    privacy: await ask("users.privacy", {}),
    chats: await ask("chats.settings", {}),
    folders: await ask("folders.list", {}),
    blocked_user_ids: await ask("users.blocked", {}),
  };
  return JSON.parse(JSON.stringify({ settings, rooms: Object.fromEntries(rooms) }));
}

/** The ids of the user's messages that the other of a direct room does not get. */
async function readWithheld(world: World, userId: string): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select m.room_id || '.' || m.sequence as id from messages m join rooms r on r.id = m.room_id
    where r.tenant_id = ${world.tenant} and m.sender_id = ${userId} and m.is_withheld`.execute(
    world.server.services.db,
  );
  return new Set(rows.map((row) => row.id));
}

// The server knows that they never came. A device goes by the watermarks, which pass them when the block has ended.
function toReach(message: Message, marks: readonly Watermarks[], userId: string): string {
  const others = marks.filter((one) => one.room_id === message.room_id && one.user_id !== userId);
  if (others.every((one) => one.read_sequence >= message.sequence_number)) return "read";
  return others.every((one) => one.delivered_sequence >= message.sequence_number) ? "delivered" : "sent";
}

async function readWatermarks(world: World, userId: string): Promise<Watermarks[]> {
  const { rows } = await sql<Watermarks>`
    select o.room_id, o.user_id, o.delivered_sequence, o.receipt_change as change,
      case when o.user_id = ${userId} then o.read_sequence else o.shared_read_sequence end as read_sequence
    from members o join members m on m.room_id = o.room_id
    where m.user_id = ${userId} and m.tenant_id = ${world.tenant} and m.is_member and o.is_member
    order by o.room_id, o.user_id`.execute(world.server.services.db);
  return rows;
}
