/** To a message by its id, whose place may first have to be asked for. */
import { useClient } from "@pipit/react";
import { useCallback, useEffect, useRef } from "react";
import { useAttempt } from "../ui/use-attempt.ts";
import type { History } from "./use-history.ts";

export function useJumpTo(history: History, jump: (sequence: number) => Promise<void>): (messageId: string) => void {
  const { api } = useClient();
  const { attempt } = useAttempt();
  const newest = useRef(history);
  useEffect(() => {
    newest.current = history;
  });
  return useCallback(
    (messageId) => {
      const { items, newest: live } = newest.current;
      const known = [...items, ...live].find((item) => item.id === messageId);
      void attempt(async () => {
        const { sequence_number } = known ?? (await api.messages.get({ message_id: messageId }));
        await jump(sequence_number);
      });
    },
    [api, attempt, jump],
  );
}
