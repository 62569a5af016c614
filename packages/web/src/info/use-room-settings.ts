/** A room's settings as they will be, and a function that changes them. */
import type { Room, RoomSettings } from "@pipit/protocol/models/room";
import { useClient } from "@pipit/react";
import { useState } from "react";
import { useAttempt } from "../ui/use-attempt.ts";

export type RoomSettingsControl = {
  settings: RoomSettings;
  set(changes: Partial<RoomSettings>): Promise<void>;
  isBusy: boolean;
};

/** A change shows at once, and is taken back if the server refuses it. */
export function useRoomSettings(room: Room): RoomSettingsControl {
  const { api } = useClient();
  const { attempt, isBusy } = useAttempt();
  const [wanted, setWanted] = useState<Partial<RoomSettings>>({});
  const set = async (settings: Partial<RoomSettings>): Promise<void> => {
    setWanted(settings);
    await attempt(() => api.rooms.update({ room_id: room.id, settings }));
    setWanted({});
  };
  return { settings: { ...room.settings, ...wanted }, set, isBusy };
}
