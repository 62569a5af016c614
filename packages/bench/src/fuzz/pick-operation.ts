/** Which operation comes next. */
import type { listOperations, OperationName } from "@pipit/protocol/operations";
import type { Random } from "../random.ts";

type Row = ReturnType<typeof listOperations>[number];

/** What takes away what the others need; were it as frequent as they are, there would soon be nothing to name. */
const destructive = new Set<OperationName>([
  "rooms.delete",
  "rooms.update",
  "rooms.clear",
  "groups.leave",
  "members.remove",
  "members.setRole",
  "messages.delete",
  "media.delete",
  "users.block",
  "invites.revoke",
  "devices.logout",
]);
const destructiveShare = 0.3;

export function pickOperation(random: Random, rows: readonly Row[]): Row {
  const row = random.pick(rows);
  return destructive.has(row.name) && random.next() > destructiveShare ? pickOperation(random, rows) : row;
}
