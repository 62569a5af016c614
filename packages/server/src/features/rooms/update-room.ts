/** Changes a room's info or settings. */
import type { Input } from "@pipit/protocol/operations";
import type { Context, Handler, Writer } from "../../context.ts";
import { lockAvatar } from "../media/avatar-access.ts";
import { appendSystemMessage } from "../messages/messages-access.ts";
import {
  accessRoom,
  accessRoomForWrite,
  changeRoom,
  type MembershipRow,
  nextChange,
  viewRoomOf,
} from "./rooms-access.ts";
import { canEditInfo, canSet, requireAllowed } from "./rooms-policy-access.ts";
import { type RoomChanges, saveRoom, toSharedRoom } from "./rooms-store.ts";

export const updateRoom: Handler<"rooms.update"> = (ctx, input) =>
  changeRoom(ctx, input.room_id, async (tx, announce) => {
    const room = await accessRoomForWrite(ctx, tx, input.room_id);
    const changes = toChanges(room, input);
    const changed = Object.keys(changes);
    if (changed.length === 0) return viewRoomOf({ ...ctx, db: tx }, ctx.actor, room.id);
    const change = await nextChange(tx, room.id);
    await saveRoom(tx, room.id, { ...changes, ...(await toAvatar(ctx, tx, changes)) }, { change, at: ctx.clock.now() });
    const fact = { kind: "room_updated" as const, changed, ...("name" in changes ? { name: changes.name ?? "" } : {}) };
    const message = await appendSystemMessage(ctx, tx, room.id, fact);
    const updated = await accessRoom(ctx, room.id, tx);
    announce((audiences) => {
      const payload = { ...toSharedRoom(updated), room_id: room.id, change };
      audiences.toRoom(room.id, "group:updated", payload, ctx.actor.socketId);
      audiences.toRoom(room.id, "message:receive", message);
    });
    return viewRoomOf({ ...ctx, db: tx }, ctx.actor, room.id);
  });

async function toAvatar(ctx: Context, tx: Writer, { avatar_url }: RoomChanges): Promise<RoomChanges> {
  return avatar_url === undefined ? {} : { avatar_upload_id: await lockAvatar(tx, ctx.actor, avatar_url) };
}

const infoColumns = ["name", "description", "avatar_url"] as const;
const settingColumns = [
  "who_can_send",
  "who_can_edit_info",
  "who_can_add",
  "history_visible_to_new_members",
  "slow_mode_seconds",
  "disappearing_seconds",
] as const;

// What is given and differs from what is there. Rights are checked for all that is given, changed or not.
function toChanges(room: MembershipRow, input: Input<"rooms.update">): RoomChanges {
  const settings = input.settings ?? {};
  if (infoColumns.some((column) => input[column] !== undefined) || input.settings === undefined) {
    requireAllowed(canEditInfo(room), "Your role may not edit this room's info.");
  }
  const set = pick(settings, settingColumns);
  if (input.settings !== undefined) {
    requireAllowed(canSet(room, Object.keys(set)), "Only admins may change this room's settings.");
  }
  const given = { ...pick(input, infoColumns), ...set };
  return Object.fromEntries(
    Object.entries(given).filter(
      ([column, value]) => room[column as keyof RoomChanges & keyof MembershipRow] !== value,
    ),
  );
}

function pick<Key extends string>(source: { [K in Key]?: unknown }, keys: readonly Key[]): Record<string, unknown> {
  return Object.fromEntries(keys.flatMap((key) => (source[key] === undefined ? [] : [[key, source[key]]])));
}
