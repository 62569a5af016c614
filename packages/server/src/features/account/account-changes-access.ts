/** What changed of a user's private state, in pages that skip nothing (docs/spec.md A2). */
import type { Output } from "@pipit/protocol/operations";
import type { Actor, Reader } from "../../context.ts";
import { toMessageId } from "../messages/messages-access.ts";
import { findSettings } from "../presence/presence-access.ts";
import { findPrivateRows, type PrivateRow } from "./changes-store.ts";
import { toPreferences } from "./preferences-store.ts";

type AccountChanges = Output<"sync.chats">["account"];

/**
 * The next page after an account change, least recent first.
 * @param known the user's account change as it was read before: what came after that is left for the next call, because a
 *   query of an earlier moment has not seen all of it.
 * @returns the page, whose `account_change` is how far it reaches, and whether there is more
 */
export async function findAccountChanges(
  db: Reader,
  actor: Actor,
  range: { after: number; known: number },
  limit: number,
): Promise<{ account: AccountChanges; hasMore: boolean }> {
  if (range.known <= range.after) return { account: toAccount(range.after, [], null), hasMore: false };
  const rows = await findPrivateRows(db, actor, { after: range.after, upTo: range.known }, limit + 1);
  const newest = await findSettings(db, actor, range.after);
  const settings = newest !== null && newest.account_change <= range.known ? newest : null;
  const found = [...rows, ...(settings ? [settings] : [])].map((row) => row.account_change).sort((a, b) => a - b);
  const hasMore = found.length > limit;
  const cut = hasMore ? (found[limit - 1] ?? range.known) : range.known;
  const isWithin = (row: { account_change: number }) => row.account_change <= cut;
  const account = toAccount(cut, rows.filter(isWithin), settings && isWithin(settings) ? settings : null);
  return { account, hasMore };
}

function toAccount(change: number, rows: readonly PrivateRow[], settings: AccountChanges["settings"]): AccountChanges {
  return {
    account_change: change,
    hidden_messages: rows.flatMap((row) => (row.kind === "hidden" ? toPlace(row) : [])),
    starred_messages: rows.flatMap((row) =>
      row.kind === "star" ? { ...toPlace(row), is_starred: row.is_starred } : [],
    ),
    preferences: rows.flatMap((row) => (row.kind === "preferences" ? toPreferences(row) : [])),
    settings,
  };
}

function toPlace(row: PrivateRow & { sequence: number }) {
  const { room_id, account_change } = row;
  return { room_id, message_id: toMessageId(room_id, row.sequence), account_change };
}
