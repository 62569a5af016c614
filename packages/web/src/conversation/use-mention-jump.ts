/** To the next message that mentions the user and that they have not seen. */
import { useClient } from "@pipit/react";
import { useCallback } from "react";
import { useAttempt } from "../ui/use-attempt.ts";
import type { History } from "./use-history.ts";

export function useMentionJump(
  roomId: string,
  me: string,
  history: History,
  seen: number,
  jump: (sequence: number) => Promise<void>,
): () => void {
  const { api } = useClient();
  const { attempt } = useAttempt();
  return useCallback(() => {
    const known = history.items.find(({ sequence_number, sender_id, meta_data }) => {
      const isMeant = meta_data.mentions?.includes(me) === true || meta_data.mentions_all === true;
      return sequence_number > seen && sender_id !== me && isMeant;
    });
    if (known) return void jump(known.sequence_number);
    void attempt(async () => {
      const { items } = await api.messages.mentions({ limit: 100 });
      const here = items.filter((item) => item.room_id === roomId && item.sequence_number > seen);
      const next = Math.min(...here.map((item) => item.sequence_number));
      if (Number.isFinite(next)) await jump(next);
    });
  }, [api, attempt, roomId, me, history.items, seen, jump]);
}
