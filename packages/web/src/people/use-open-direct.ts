/** A chat with somebody. */
import { useClient } from "@pipit/react";
import { useCallback } from "react";
import { useGo } from "../app/use-go.ts";
import { useAttempt } from "../ui/use-attempt.ts";

/** A function that opens the direct room with a user, and makes it if there is none yet. */
export function useOpenDirect(): { openDirect(userId: string): Promise<boolean>; isBusy: boolean } {
  const client = useClient();
  const go = useGo();
  const { attempt, isBusy } = useAttempt();
  const openDirect = useCallback(
    async (userId: string) => {
      const known = client.rooms.getSnapshot().find((room) => room.type === "direct" && room.peer?.id === userId);
      const room = known ?? (await attempt(() => client.api.rooms.create({ type: "direct", member_ids: [userId] })));
      if (room) go.room(room.id);
      return room !== undefined;
    },
    [client, go, attempt],
  );
  return { openDirect, isBusy };
}
