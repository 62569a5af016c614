/** Whether a user is there. */
import type { Presence } from "@pipit/protocol/models/presence";
import { useMemo } from "react";
import { useClient } from "./provider.ts";
import { useQuery } from "./use-query.ts";

/** A user's presence, as far as the caller may know; undefined until it is known. */
export function usePresence(userId: string | undefined): Presence | undefined {
  const client = useClient();
  const query = useMemo(() => (userId === undefined ? undefined : client.presence(userId)), [client, userId]);
  return useQuery(query, undefined);
}
