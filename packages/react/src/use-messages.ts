/** The messages of a room. */
import type { MessageWindow, PipitClient, Query } from "@pipit/client";
import { useCallback, useMemo, useState } from "react";
import { useAttempt } from "./outcome.ts";
import { useClient } from "./provider.ts";
import { deriveQuery, isSameList, useQuery } from "./use-query.ts";

export type MessagesView = MessageWindow & {
  /** Loads an older page; fit to be an `onClick`. Resolves when it is there, or could not be had. */
  loadOlder(): Promise<void>;
  isLoadingOlder: boolean;
  /** Why older messages could not be loaded. */
  error: Error | undefined;
};

const empty: MessageWindow = { items: [], isComplete: false, isLoading: true };

/**
 * A room's newest messages, as far back as loaded, with what waits to be sent. The room is kept open meanwhile.
 * @param options `pageSize`: how many older messages are loaded at once, 50 if not given
 */
export function useMessages(roomId: string | undefined, options: { pageSize?: number } = {}): MessagesView {
  const { pageSize } = options;
  const client = useClient();
  const query = useMemo(() => (roomId === undefined ? undefined : findWindow(client, roomId)), [client, roomId]);
  const view = useQuery(query, empty);
  const scope = query ?? client;
  const { attempt, error } = useAttempt(scope);
  const [loading, setLoading] = useState<object>();
  const loadOlder = useCallback(async () => {
    if (roomId === undefined) return;
    setLoading(scope);
    await attempt(() => client.room(roomId).loadOlder(pageSize));
    setLoading((known) => (known === scope ? undefined : known));
  }, [client, roomId, scope, attempt, pageSize]);
  const isLoadingOlder = loading === scope;
  return useMemo(() => ({ ...view, loadOlder, isLoadingOlder, error }), [view, loadOlder, isLoadingOlder, error]);
}

/** The same window as long as its items are the same. A room that is not the user's is not waited for. */
function findWindow(client: PipitClient, roomId: string): Query<MessageWindow> {
  const { messages, room } = client.room(roomId);
  const compute = (): MessageWindow => {
    const window = messages.getSnapshot();
    const isAbsent = room.getSnapshot() === undefined && client.isSynced.getSnapshot();
    return isAbsent ? { ...window, isLoading: false } : window;
  };
  return deriveQuery([messages, room, client.isSynced], compute, isSameWindow);
}

function isSameWindow(before: MessageWindow, now: MessageWindow): boolean {
  const hasSameMarks = before.isComplete === now.isComplete && before.isLoading === now.isLoading;
  return hasSameMarks && isSameList(before.items, now.items);
}
