/** Moves the caller's preferences of a room, and tells their other sockets. */
import { isDeepStrictEqual } from "node:util";
import type { RoomPreferences } from "@pipit/protocol/models/account";
import type { Context, Writer } from "../../context.ts";
import type { Announce } from "../../db/transact.ts";
import { nextAccountChange } from "../users/users-access.ts";
import { type PreferencesRow, savePreferences, toPreferenceFields, toPreferences } from "./preferences-store.ts";

/**
 * Sets them in a locked room, unless they are so already (docs/spec.md A3).
 * @param known as they were read in that room
 * @returns the preferences as they are then
 */
export async function movePreferences(
  ctx: Context,
  tx: Writer,
  announce: Announce,
  known: PreferencesRow,
  wanted: PreferencesRow,
): Promise<RoomPreferences> {
  if (isSame(known, wanted)) return toPreferences(known);
  const account_change = await nextAccountChange(tx, ctx.actor.tenantId, ctx.actor.userId);
  const row = { ...wanted, account_change };
  await savePreferences(tx, ctx.actor.userId, row);
  const preferences = toPreferences(row);
  const payload = { account_change, kind: "preferences" as const, room_id: row.room_id, preferences };
  announce((audiences) => audiences.toUser(ctx.actor, "account:update", payload, ctx.actor.socketId));
  return preferences;
}

function isSame(known: PreferencesRow, wanted: PreferencesRow): boolean {
  return isDeepStrictEqual(toComparable(known), toComparable(wanted));
}

// When a draft was last touched says nothing of its own.
function toComparable(row: PreferencesRow) {
  const { draft, ...others } = toPreferenceFields(row);
  return { ...others, draft: draft && { content: draft.content, reply_to: draft.reply_to } };
}
