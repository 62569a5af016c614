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
        messages: messages.map((message) => toMessageDigest(message, message.status)),
      },
    ]);
  }
  const { status_message } = (await ask("users.me", {})) as { status_message: string | null };
  const privacy = (await ask("users.privacy", {})) as object;
  return JSON.parse(JSON.stringify({ settings: { status_message, privacy }, rooms: Object.fromEntries(rooms) }));
}

async function readWatermarks(world: World, userId: string): Promise<Watermarks[]> {
  const { rows } = await sql<Watermarks>`
    select o.room_id, o.user_id, o.delivered_sequence, o.read_sequence, o.receipt_change as change
    from members o join members m on m.room_id = o.room_id
    where m.user_id = ${userId} and m.tenant_id = ${world.tenant} and m.is_member and o.is_member
    order by o.room_id, o.user_id`.execute(world.server.services.db);
  return rows;
}
