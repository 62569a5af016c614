/** The rows of a conversation, anew when something was said, somebody writes, or a message disappears. */
import { useTyping } from "@pipit/react";
import { useEffect, useMemo, useState } from "react";
import { now } from "../clock.ts";
import { createRowBuilder, findNextExpiry, type Row, type RowsInput } from "./rows.ts";
import type { History } from "./use-history.ts";

/** Timers count no further than this. */
const longestMs = 2_000_000_000;

export function useRows(roomId: string, history: History, me: string, unread: RowsInput["unread"]): readonly Row[] {
  const [build] = useState(createRowBuilder);
  const { typists } = useTyping(roomId);
  const { items, hasOlder, isLoading, hasNewer } = history;
  const turn = useExpiryTurn(items);
  const isTyping = typists.length > 0 && !hasNewer;
  const isBeginning = !hasOlder && !isLoading;
  return useMemo(() => {
    void turn;
    return build({ items, me, isBeginning, unread, isTyping });
  }, [build, items, me, isBeginning, unread, isTyping, turn]);
}

/** Another number after each time that an item has disappeared. */
function useExpiryTurn(items: History["items"]): number {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    void turn;
    const next = findNextExpiry(items);
    if (next === Infinity) return;
    const timer = setTimeout(() => setTurn((before) => before + 1), Math.min(longestMs, next - now() + 50));
    return () => clearTimeout(timer);
  }, [items, turn]);
  return turn;
}
