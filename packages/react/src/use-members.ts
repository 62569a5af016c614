/** Who is in a room, and how far each has come. */
import type { Watermarks } from "@pipit/protocol/models/receipt";
import type { Member } from "@pipit/protocol/models/room";
import { useClient } from "./provider.ts";
import { useQuery } from "./use-query.ts";

const noMembers: readonly Member[] = [];
const noReceipts: ReadonlyMap<string, Watermarks> = new Map();

/** Present members. The room is kept open meanwhile. */
export function useMembers(roomId: string | undefined): readonly Member[] {
  const client = useClient();
  return useQuery(roomId === undefined ? undefined : client.room(roomId).members, noMembers);
}

/** By user id, how far members have received and read. The room is kept open meanwhile. */
export function useReceipts(roomId: string | undefined): ReadonlyMap<string, Watermarks> {
  const client = useClient();
  return useQuery(roomId === undefined ? undefined : client.room(roomId).receipts, noReceipts);
}
