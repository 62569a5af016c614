/** Sends what stands in a dialog: once, however often the button is pressed. */
import type { NewMessage } from "@pipit/client";
import { useClient } from "@pipit/react";
import { useCallback, useRef } from "react";
import { useAttempt } from "../ui/use-attempt.ts";

/**
 * @returns a function that sends messages in their order. It resolves with whether all are stored here, to be sent as soon
 * as may be; if not, the person has been told
 */
export function useSending(roomId: string): (messages: readonly NewMessage[]) => Promise<boolean> {
  const client = useClient();
  const { attempt } = useAttempt();
  const isSending = useRef(false);
  return useCallback(
    async (messages: readonly NewMessage[]) => {
      if (isSending.current) return false;
      isSending.current = true;
      const isDone = await attempt(async () => {
        for (const message of messages) await client.room(roomId).send(message);
        return true;
      });
      isSending.current = false;
      return isDone === true;
    },
    [client, roomId, attempt],
  );
}
