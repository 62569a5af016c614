/** A list that the server gives page by page. */
import type { Pagination } from "@pipit/protocol/scalars";
import { useCallback, useEffect, useRef, useState } from "react";

export type Paged<Item> = {
  items: readonly Item[];
  isLoading: boolean;
  error: Error | undefined;
  hasMore: boolean;
  loadMore(): void;
  /** Begins anew. */
  reload(): void;
};

export type PageOf<Item> = { items: readonly Item[]; pagination: Pagination };

type State<Item> = { items: readonly Item[]; cursor: string | null | undefined; error: Error | undefined };

/** @param ask stays the same function as long as the question is the same */
export function usePaged<Item>(ask: (cursor: string | undefined) => Promise<PageOf<Item>>): Paged<Item> {
  const [state, setState] = useState<State<Item>>({ items: [], cursor: undefined, error: undefined });
  const [isLoading, setLoading] = useState(true);
  const turn = useRef(0);
  const load = useCallback(
    async (cursor: string | undefined) => {
      turn.current += 1;
      const mine = turn.current;
      setLoading(true);
      try {
        const page = await ask(cursor);
        if (mine !== turn.current) return;
        setState((before) => ({
          items: cursor === undefined ? page.items : [...before.items, ...page.items],
          cursor: page.pagination.next_cursor,
          error: undefined,
        }));
      } catch (error) {
        if (mine === turn.current) setState((before) => ({ ...before, error: error as Error }));
      } finally {
        if (mine === turn.current) setLoading(false);
      }
    },
    [ask],
  );
  const reload = useCallback(() => {
    setState({ items: [], cursor: undefined, error: undefined });
    void load(undefined);
  }, [load]);
  useEffect(() => {
    reload();
    return () => {
      turn.current += 1;
    };
  }, [reload]);
  const { items, cursor, error } = state;
  return {
    items,
    isLoading,
    error,
    hasMore: cursor !== null && cursor !== undefined,
    loadMore: () => {
      if (!isLoading && cursor) void load(cursor);
    },
    reload,
  };
}
