/** Who asks to join one room. */
import type { JoinRequest } from "@pipit/protocol/models/invite";
import { useClient, useEvent } from "@pipit/react";
import { useCallback } from "react";
import type { JoinRequestsView } from "../rooms/use-join-requests.ts";
import { useLoad } from "../ui/use-load.ts";

const none: readonly JoinRequest[] = [];

/** The first fifty; when they are decided, the next. */
export function useRoomJoinRequests(roomId: string): JoinRequestsView {
  const { api } = useClient();
  const ask = useCallback(
    async (signal: AbortSignal): Promise<readonly JoinRequest[]> =>
      (await api.joinRequests.list({ room_id: roomId, limit: 50 }, { signal })).items,
    [api, roomId],
  );
  const { value = none, error, isLoading, reload, setValue } = useLoad(ask);
  useEvent("group:join:requested", (request) => {
    if (request.room_id !== roomId) return;
    setValue((before = none) => [...before.filter((one) => one.user_id !== request.user_id), request]);
  });
  const drop = ({ user_id }: JoinRequest): void => {
    if (value.length === 1) reload();
    else setValue((before) => before?.filter((one) => one.user_id !== user_id));
  };
  return { requests: value, isLoading, error, reload, drop };
}
