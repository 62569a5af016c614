/** The user's rooms. */
import type { Room } from "@pipit/protocol/models/room";
import { useMemo } from "react";
import { useClient } from "./provider.ts";
import { deriveQuery, isSameList, useQuery } from "./use-query.ts";

export type RoomsView = {
  rooms: readonly Room[];
  /** None is known yet, and the server has not been asked. */
  isLoading: boolean;
};

const none: readonly Room[] = [];

/** Pinned rooms first, then by their newest message. */
export function useRooms(): RoomsView {
  const client = useClient();
  const queries = useMemo(() => {
    const { rooms, isSynced } = client;
    return {
      rooms: deriveQuery([rooms], () => rooms.getSnapshot(), isSameList),
      isLoading: deriveQuery([rooms, isSynced], () => rooms.getSnapshot().length === 0 && !isSynced.getSnapshot()),
    };
  }, [client]);
  const rooms = useQuery(queries.rooms, none);
  const isLoading = useQuery(queries.isLoading, true);
  return useMemo(() => ({ rooms, isLoading }), [rooms, isLoading]);
}
