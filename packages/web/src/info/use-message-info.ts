/** To whom a message has come and who has read it. */
import type { Output } from "@pipit/protocol/operations";
import { useClient, useEvent } from "@pipit/react";
import { useCallback } from "react";
import { useAttempt } from "../ui/use-attempt.ts";
import { useLoad } from "../ui/use-load.ts";

type Info = Output<"messages.info">;

export type MessageReceipt = Info["seen_by"][number];

export type MessageInfoView = {
  info: Info | undefined;
  error: Error | undefined;
  reload(): void;
  /** The next recipients of a large room. */
  loadMore(): Promise<void>;
  isLoadingMore: boolean;
};

/** As long as all of it is one page, it follows what happens. */
export function useMessageInfo(roomId: string, messageId: string): MessageInfoView {
  const { api } = useClient();
  const { attempt, isBusy } = useAttempt();
  const ask = useCallback(
    (signal?: AbortSignal) => api.messages.info({ message_id: messageId }, { signal }),
    [api, messageId],
  );
  const { value: info, error, reload, setValue } = useLoad<Info>(ask);
  const refresh = ({ room_id }: { room_id: string }): void => {
    if (room_id !== roomId || !info || info.has_more) return;
    // What can't be learned now is shown as it was.
    void ask().then(
      (now) => setValue(() => now),
      () => {},
    );
  };
  useEvent("message:delivered:update", refresh);
  useEvent("message:seen:update", refresh);
  const loadMore = async (): Promise<void> => {
    const cursor = info?.next_cursor;
    if (!cursor) return;
    const page = await attempt(() => api.messages.info({ message_id: messageId, cursor }));
    if (page) setValue((before) => before && join(before, page));
  };
  return { info, error, reload, loadMore, isLoadingMore: isBusy };
}

function join(before: Info, page: Info): Info {
  return {
    ...page,
    seen_by: [...before.seen_by, ...page.seen_by],
    delivered_to: [...before.delivered_to, ...page.delivered_to],
  };
}
