/** What a user keeps of a room for themself. */
import type { PreferenceChanges } from "@pipit/client";
import type { Room } from "@pipit/protocol/models/room";
import { useCallback, useMemo } from "react";
import { useAttempt } from "./outcome.ts";
import { useClient } from "./provider.ts";
import { deriveQuery, isSameRecord, useQuery } from "./use-query.ts";

type Preferences = Pick<Room, "is_pinned" | "is_archived" | "muted_until">;

export type RoomPreferencesControl = {
  /** Undefined while the room is not known. */
  preferences: Preferences | undefined;
  /** Resolves when it is stored, to be told soon. @returns false if that failed */
  setPreferences(changes: PreferenceChanges): Promise<boolean>;
  error: Error | undefined;
};

/** Whether a room is pinned, archived or muted; the same on all devices of the user. */
export function useRoomPreferences(roomId: string): RoomPreferencesControl {
  const room = useClient().room(roomId);
  const query = useMemo(
    () => deriveQuery([room.room], () => toPreferences(room.room.getSnapshot()), isSamePreferences),
    [room],
  );
  const preferences = useQuery(query, undefined);
  const { attempt, error } = useAttempt(room);
  const setPreferences = useCallback(
    async (changes: PreferenceChanges) => (await attempt(() => room.setPreferences(changes))) !== undefined,
    [room, attempt],
  );
  return useMemo(() => ({ preferences, setPreferences, error }), [preferences, setPreferences, error]);
}

function toPreferences(room: Room | undefined): Preferences | undefined {
  if (!room) return undefined;
  const { is_pinned, is_archived, muted_until } = room;
  return { is_pinned, is_archived, muted_until };
}

function isSamePreferences(before: Preferences | undefined, now: Preferences | undefined): boolean {
  return before === now || (before !== undefined && now !== undefined && isSameRecord(before, now));
}
