/** How the connection stands. */
import type { ConnectionState } from "@pipit/client";
import { useMemo } from "react";
import { useClient } from "./provider.ts";
import { useQuery } from "./use-query.ts";

export type ConnectionView = ConnectionState & {
  /** Whether all that was missed has been brought since the last connecting. */
  isSynced: boolean;
};

const idle: ConnectionState = { status: "idle" };

/** Whether the client is online, when it tries again, and whether what it shows is as new as the server's. */
export function useConnection(): ConnectionView {
  const client = useClient();
  const state = useQuery(client.connection, idle);
  const isSynced = useQuery(client.isSynced, false);
  return useMemo(() => ({ ...state, isSynced }), [state, isSynced]);
}
