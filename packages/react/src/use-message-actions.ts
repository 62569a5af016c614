/** What a person does to messages. */
import type { PipitClient, RoomHandle } from "@pipit/client";
import { useMemo } from "react";
import { type Attempt, useAttempt } from "./outcome.ts";
import { useClient } from "./provider.ts";

/** Each takes a message's `key`, and resolves when it is stored, to be told soon: false if that failed. */
type Actions = {
  edit(key: string, content: string): Promise<boolean>;
  delete(key: string, whom?: "everyone" | "me"): Promise<boolean>;
  /** Adds a reaction, or takes it away; without `isOn`, whichever is not so yet. */
  react(key: string, emoji: string, isOn?: boolean): Promise<boolean>;
  /** Without `isStarred`, whichever is not so yet. */
  star(key: string, isStarred?: boolean): Promise<boolean>;
  /** Sends a message that failed once more. */
  retry(key: string): Promise<boolean>;
  /** Gives a message up that failed, or waits. */
  discard(key: string): Promise<boolean>;
};

export type MessageActions = Actions & { error: Error | undefined };

/** Changes messages of a room, online or not. */
export function useMessageActions(roomId: string): MessageActions {
  const client = useClient();
  const room = client.room(roomId);
  const { attempt, error } = useAttempt(room);
  const actions = useMemo(() => createActions(client, room, attempt), [client, room, attempt]);
  return useMemo(() => ({ ...actions, error }), [actions, error]);
}

function createActions({ outbox }: PipitClient, room: RoomHandle, attempt: Attempt): Actions {
  const run = async (work: () => Promise<void>): Promise<boolean> => (await attempt(work)) !== undefined;
  return {
    edit: (key, content) => run(() => room.edit(key, content)),
    delete: (key, whom) => run(() => room.delete(key, whom)),
    react: (key, emoji, isOn) => run(() => room.react(key, emoji, isOn)),
    star: (key, isStarred) => run(() => room.star(key, isStarred)),
    retry: (key) => run(() => outbox.retry(key)),
    discard: (key) => run(() => outbox.discard(key)),
  };
}
