/** The account's settings. */
import type { AccountSettings } from "@pipit/protocol/models/account";
import { useClient } from "./provider.ts";
import { useQuery } from "./use-query.ts";

/** The user's status message and privacy; undefined until they are known. */
export function useSettings(): AccountSettings | undefined {
  return useQuery(useClient().settings, undefined);
}
