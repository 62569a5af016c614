/** What waits to be told to the server. */
import type { OutboxItem, UploadSnapshot } from "@pipit/client";
import { useCallback, useMemo } from "react";
import { useAttempt } from "./outcome.ts";
import { useClient } from "./provider.ts";
import { useQuery } from "./use-query.ts";

export type OutboxControl = {
  items: readonly OutboxItem[];
  /** Tries an item that failed once more, by its id. @returns false if that could not be stored */
  retry(id: string): Promise<boolean>;
  /** Gives an item up. @returns false if that could not be stored */
  discard(id: string): Promise<boolean>;
  error: Error | undefined;
};

export type OutboxUploadControl = {
  /** Undefined when nothing goes on. */
  snapshot: UploadSnapshot | undefined;
  pause(): void;
  resume(): void;
};

const none: readonly OutboxItem[] = [];

/** All that was done here and the server does not know yet, in its order. */
export function useOutbox(): OutboxControl {
  const { outbox } = useClient();
  const items = useQuery(outbox.items, none);
  const { attempt, error } = useAttempt(outbox);
  const retry = useCallback(
    async (id: string) => (await attempt(() => outbox.retry(id))) !== undefined,
    [outbox, attempt],
  );
  const discard = useCallback(
    async (id: string) => (await attempt(() => outbox.discard(id))) !== undefined,
    [outbox, attempt],
  );
  return useMemo(() => ({ items, retry, discard, error }), [items, retry, discard, error]);
}

/** How far the file of a message is, by the message's key. */
export function useOutboxUpload(key: string): OutboxUploadControl {
  const { outbox } = useClient();
  const query = useMemo(() => outbox.upload(key), [outbox, key]);
  const snapshot = useQuery(query, undefined);
  const pause = useCallback(() => outbox.pauseUpload(key), [outbox, key]);
  const resume = useCallback(() => outbox.resumeUpload(key), [outbox, key]);
  return useMemo(() => ({ snapshot, pause, resume }), [snapshot, pause, resume]);
}
