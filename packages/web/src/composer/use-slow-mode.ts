/** How long a plain member of a room in slow mode has to wait. */
import { useMessages, useRoom } from "@pipit/react";
import { useCallback, useEffect, useState } from "react";
import { now } from "../clock.ts";
import { useIdentity } from "../session/session.tsx";

/** @returns whole seconds until one may send again, and a function that says that one has sent */
export function useSlowMode(roomId: string): { waitSeconds: number; noteSent(): void } {
  const { room } = useRoom(roomId);
  const pauseMs = room?.role === "member" ? room.settings.slow_mode_seconds * 1000 : 0;
  const lastAt = useLastSent(pauseMs > 0 ? roomId : undefined);
  const [sentAt, setSentAt] = useState(0);
  const [, tick] = useState(0);
  // A clock that is behind the server's must not make the wait longer than it is.
  const waitMs = Math.min(pauseMs, Math.max(lastAt, sentAt) + pauseMs - now());
  const waitSeconds = Math.max(0, Math.ceil(waitMs / 1000));
  const waits = waitSeconds > 0;
  useEffect(() => {
    if (!waits) return undefined;
    const timer = setInterval(() => tick((count) => count + 1), 250);
    return () => clearInterval(timer);
  }, [waits]);
  const noteSent = useCallback(() => setSentAt(now()), []);
  return { waitSeconds, noteSent };
}

/** When the user last said something here, on whatever device; 0 if that is not known. */
function useLastSent(roomId: string | undefined): number {
  const { userId } = useIdentity();
  const { items } = useMessages(roomId);
  const last = items.findLast(
    (item) => item.sender_id === userId && item.message_type !== "system" && item.delivery !== "failed",
  );
  return last ? Date.parse(last.created_at) : 0;
}
