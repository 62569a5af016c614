/** What the page does beside what it shows: keys, and word of messages that come unseen. Loaded after the rooms stand there. */

import type { Room } from "@pipit/protocol/models/room";
import { useClient, useConnection, useEvent, useRooms } from "@pipit/react";
import { type ReactNode, useEffect } from "react";
import { useGo, usePlace } from "../app/use-go.ts";
import { useShortcuts } from "../app/use-shortcuts.ts";
import { now } from "../clock.ts";
import { loadClientConfig } from "../session/client-config.ts";
import { useIdentity } from "../session/session.tsx";
import type { WorkerMessage } from "../sw/notifications.ts";
import { readNotifySettings } from "./notify-settings.ts";
import { playTone } from "./play-tone.ts";
import { keepPush } from "./push.ts";
import { useTitleBadge } from "./use-title-badge.ts";

/** Once, in the page of whoever is signed in. */
export function Notices(): ReactNode {
  useShortcuts();
  useTitleBadge();
  useTones();
  useClicks();
  useKeptPush();
  useReadNotifications();
  return null;
}

/** A sound for what is said elsewhere than where one looks, unless the room is muted. */
function useTones(): void {
  const client = useClient();
  const { userId } = useIdentity();
  const { roomId } = usePlace();
  useEvent("message:receive", (message) => {
    const isSeen = message.room_id === roomId && document.visibilityState === "visible" && document.hasFocus();
    if (isSeen || message.sender_id === userId || message.message_type === "system") return;
    const room = client.room(message.room_id).room.getSnapshot();
    if (!room || isQuiet(room) || !readNotifySettings().hasSounds) return;
    playTone();
  });
}

function isQuiet({ muted_until, is_archived, is_request }: Room): boolean {
  return is_archived || is_request || (muted_until !== null && Date.parse(muted_until) > now());
}

/** A notification that was pressed opens its room here. */
function useClicks(): void {
  const go = useGo();
  useEffect(() => {
    const listen = ({ data }: MessageEvent<WorkerMessage | null>): void => {
      if (data?.type === "open-room") go.room(data.roomId);
    };
    navigator.serviceWorker?.addEventListener("message", listen);
    return () => navigator.serviceWorker?.removeEventListener("message", listen);
  }, [go]);
}

/** What was subscribed stays so, although browsers drop subscriptions now and then. */
function useKeptPush(): void {
  const client = useClient();
  const { userId } = useIdentity();
  const { isSynced } = useConnection();
  useEffect(() => {
    if (!isSynced) return;
    loadClientConfig()
      .then(({ push_public_key: key }) => (key === null ? undefined : keepPush(client, userId, key)))
      .catch((error: unknown) => console.error(error));
  }, [client, userId, isSynced]);
}

/** Takes away notifications of rooms that have been read: some browsers are not told by the server (Safari). */
function useReadNotifications(): void {
  const { rooms } = useRooms();
  const unread = rooms.flatMap((room) => (room.unread_count > 0 ? [room.id] : [])).join(" ");
  useEffect(() => {
    void closeOthers(new Set(unread.split(" ")));
  }, [unread]);
}

async function closeOthers(unread: ReadonlySet<string>): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const shown = (await registration?.getNotifications?.()) ?? [];
  for (const one of shown) {
    const roomId = (one.data as { room_id?: string } | null)?.room_id;
    // A push may be quicker than the page: of a room that it knows nothing of, and of a test, nothing is known to be read.
    if (roomId !== undefined && !unread.has(roomId)) one.close();
  }
}
