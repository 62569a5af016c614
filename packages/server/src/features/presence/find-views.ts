/** Users as others may know them, at this moment. */
import type { Presence } from "@pipit/protocol/models/presence";
import type { Services } from "../../context.ts";
import { findLooks, type Pair } from "./presence-store.ts";
import { toView } from "./privacy-rule.ts";

export type FoundView = Pair & { view: Presence };

type Parts = Pick<Services, "db" | "presence">;

/** What each viewer may know of the user beside them. Pairs with a user who is not there are left out. */
export async function findViews(parts: Parts, pairs: readonly Pair[]): Promise<FoundView[]> {
  const looks = await findLooks(parts.db, pairs);
  const online = new Map<string, Set<string>>();
  for (const [tenantId, found] of Map.groupBy(looks, (look) => look.tenantId)) {
    online.set(tenantId, await parts.presence.findOnline(tenantId, [...new Set(found.map(({ userId }) => userId))]));
  }
  return looks.map(({ look, ...pair }) => {
    const isOnline = online.get(pair.tenantId)?.has(pair.userId) === true;
    return { ...pair, view: toView(pair.userId, { ...look, isOnline }) };
  });
}
