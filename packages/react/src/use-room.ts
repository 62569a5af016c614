/** One room. */
import type { Room } from "@pipit/protocol/models/room";
import { useMemo } from "react";
import { useClient } from "./provider.ts";
import { deriveQuery, isSameRecord, useQuery } from "./use-query.ts";

export type RoomView = {
  /** Undefined while it is not known, and when the user is not a member. */
  room: Room | undefined;
  /** It may yet be found. */
  isLoading: boolean;
};

const empty: RoomView = { room: undefined, isLoading: true };

/** A room as its user sees it: its name, newest message, unread counts, preferences. */
export function useRoom(roomId: string | undefined): RoomView {
  const client = useClient();
  const query = useMemo(() => {
    if (roomId === undefined) return undefined;
    const { room } = client.room(roomId);
    const compute = (): RoomView => {
      const known = room.getSnapshot();
      return { room: known, isLoading: known === undefined && !client.isSynced.getSnapshot() };
    };
    return deriveQuery([room, client.isSynced], compute, isSameRecord);
  }, [client, roomId]);
  return useQuery(query, empty);
}
