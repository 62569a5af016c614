/** Sending messages. */
import type { NewMessage } from "@pipit/client";
import { useCallback, useMemo } from "react";
import { useAttempt } from "./outcome.ts";
import { useClient } from "./provider.ts";

export type SendMessage = {
  /** Resolves when the message is stored; it is sent as soon as may be. @returns its key; undefined if it failed */
  send(message: NewMessage): Promise<string | undefined>;
  /** Why the newest could not be stored. What the server says of it is in the message. */
  error: Error | undefined;
};

/** Sends to a room, online or not. */
export function useSendMessage(roomId: string): SendMessage {
  const room = useClient().room(roomId);
  const { attempt, error } = useAttempt(room);
  const send = useCallback(
    async (message: NewMessage) => (await attempt(() => room.send(message)))?.result,
    [room, attempt],
  );
  return useMemo(() => ({ send, error }), [send, error]);
}
