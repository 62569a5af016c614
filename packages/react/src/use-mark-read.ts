/** Reading. */
import type { RoomHandle } from "@pipit/client";
import { useEffect } from "react";
import { useAttempt } from "./outcome.ts";
import { isPageInFocus, isPageVisible, onPageFocusChange } from "./page-focus.ts";
import { useClient } from "./provider.ts";

export type MarkReadOptions = {
  /** The sequence of the newest message that is in view; without it, all that are loaded count as seen. */
  upTo?: number | undefined;
  /** `visible`: it is enough that the page can be seen, though another window has the focus. */
  when?: "in-focus" | "visible" | undefined;
};

/**
 * Marks a room's messages read for as long as the component is there and a person looks at the page.
 * @param roomId undefined: nothing is marked for now, for instance while newer messages are scrolled out of sight
 */
export function useMarkRead(roomId: string | undefined, options: MarkReadOptions = {}): { error: Error | undefined } {
  const { upTo, when = "in-focus" } = options;
  const client = useClient();
  const { attempt, error } = useAttempt(client);
  useEffect(() => {
    if (roomId === undefined) return undefined;
    const room = client.room(roomId);
    const isLookedAt = when === "visible" ? isPageVisible : isPageInFocus;
    // Asked for once: what the server refuses would otherwise be asked again with each change of the room.
    let asked = 0;
    const look = (): void => {
      const last = isLookedAt() ? findUnread(room, upTo) : 0;
      if (last <= asked) return;
      asked = last;
      void attempt(() => room.markRead(last));
    };
    const ends = [room.messages.subscribe(look), onPageFocusChange(look)];
    look();
    return () => {
      for (const end of ends) end();
    };
  }, [client, roomId, upTo, when, attempt]);
  return { error };
}

/** Up to where there is something to mark; 0 if there is nothing. */
function findUnread({ room, messages }: RoomHandle, upTo: number | undefined): number {
  const read = room.getSnapshot()?.read_sequence;
  const { items, isLoading } = messages.getSnapshot();
  if (read === undefined || isLoading) return 0;
  // What waits to be sent has no place yet.
  const last = items.findLast((item) => item.change > 0)?.sequence_number ?? 0;
  const seen = Math.min(upTo ?? last, last);
  return seen > read ? seen : 0;
}
