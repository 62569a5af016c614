/** How many messages are unread: in the tab's title, and on the app's icon. */

import type { Room } from "@pipit/protocol/models/room";
import { useRooms } from "@pipit/react";
import { useEffect } from "react";
import { now } from "../clock.ts";

const name = "Pipit";

/** Once, somewhere in the page. */
export function useTitleBadge(): void {
  const { rooms } = useRooms();
  const count = rooms.reduce((sum, room) => sum + countNews(room), 0);
  useEffect(() => {
    document.title = count > 0 ? `(${count}) ${name}` : name;
    void showOnIcon(count);
    return () => {
      document.title = name;
    };
  }, [count]);
}

/** What is unread, without what its user does not want to hear of. */
function countNews(room: Room): number {
  if (room.is_archived || room.is_hidden || room.is_request) return 0;
  const isMuted = room.muted_until !== null && Date.parse(room.muted_until) > now();
  if (isMuted) return room.mention_count;
  return Math.max(room.unread_count, room.is_marked_unread ? 1 : 0);
}

async function showOnIcon(count: number): Promise<void> {
  try {
    if (count > 0) await navigator.setAppBadge?.(count);
    else await navigator.clearAppBadge?.();
  } catch {
    // Not installed, or no icon to show it on.
  }
}
