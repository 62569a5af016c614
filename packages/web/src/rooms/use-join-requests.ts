/** Who asks to join one of the groups that the person governs. */
import type { JoinRequest } from "@pipit/protocol/models/invite";
import type { Room } from "@pipit/protocol/models/room";
import { useClient, useEvent, useRooms } from "@pipit/react";
import { useCallback, useMemo, useState } from "react";
import { useLoad } from "../ui/use-load.ts";

export type JoinRequestsView = {
  requests: readonly JoinRequest[];
  isLoading: boolean;
  error: Error | undefined;
  reload(): void;
  /** One has been decided. */
  drop(request: JoinRequest): void;
};

/** Each group is a question to the server: those in which something happened last are asked about. */
const most = 50;
const atOnce = 5;
const none: readonly JoinRequest[] = [];

export function useJoinRequests(): JoinRequestsView {
  const { api } = useClient();
  const { rooms } = useRooms();
  const governed = useGoverned(rooms);
  const ask = useCallback(
    async (signal: AbortSignal): Promise<readonly JoinRequest[]> => {
      const ids = governed === "" ? [] : governed.split(" ");
      const found: JoinRequest[] = [];
      for (let place = 0; place < ids.length && !signal.aborted; place += atOnce) {
        const some = ids.slice(place, place + atOnce);
        const pages = await Promise.all(
          some.map((id) => api.joinRequests.list({ room_id: id, limit: 50 }, { signal })),
        );
        found.push(...pages.flatMap(({ items }) => items));
      }
      return found;
    },
    [api, governed],
  );
  const { value = none, error, isLoading, reload, setValue } = useLoad(ask);
  const drop = (request: JoinRequest): void => setValue((before) => before?.filter((one) => !isSame(one, request)));
  useEvent("group:join:requested", (request) => {
    setValue((before = none) => [...before.filter((one) => !isSame(one, request)), request]);
  });
  return { requests: value, isLoading, error, reload, drop };
}

/** Their ids, as of when one first looked: with each message the order is another, and nothing is to be asked again. */
function useGoverned(rooms: readonly Room[]): string {
  const now = useMemo(
    () =>
      rooms
        .filter(({ type, role, is_request }) => type !== "direct" && role !== "member" && !is_request)
        .slice(0, most)
        .map(({ id }) => id),
    [rooms],
  );
  const [first, setFirst] = useState(now);
  if (first.length === 0 && now.length > 0) setFirst(now);
  return first.join(" ");
}

function isSame(a: JoinRequest, b: JoinRequest): boolean {
  return a.room_id === b.room_id && a.user_id === b.user_id;
}
