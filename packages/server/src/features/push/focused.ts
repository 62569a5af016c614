/** Devices that somebody looks at need no notification. */
import type { Services } from "../../context.ts";

type OfDevice = { tenant_id: string; user_id: string; device_id: string };

/** The rows but for those of devices with a live socket in focus. */
export async function leaveOutFocused<Row extends OfDevice>(
  { presence }: Services,
  rows: readonly Row[],
): Promise<Row[]> {
  const users = new Map(rows.map((row) => [keyOf(row), { tenantId: row.tenant_id, userId: row.user_id }]));
  const focused = new Map(
    await Promise.all([...users].map(async ([key, user]) => [key, await presence.findFocused(user)] as const)),
  );
  return rows.filter((row) => focused.get(keyOf(row))?.has(row.device_id) !== true);
}

function keyOf({ tenant_id, user_id }: OfDevice): string {
  return JSON.stringify([tenant_id, user_id]);
}
