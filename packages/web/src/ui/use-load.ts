/** Something that is asked for once, and may fail. */
import { useCallback, useEffect, useState } from "react";

export type Load<Value> = {
  value: Value | undefined;
  error: Error | undefined;
  isLoading: boolean;
  /** Asks again. */
  reload(): void;
  /** Puts something else in its place, after a change that is known. */
  setValue(change: (before: Value | undefined) => Value | undefined): void;
};

type Outcome<Value> = { from: object; value?: Value | undefined; error?: Error };

/**
 * @param ask stays the same function as long as the question is the same (`useCallback`); the signal ends with it
 */
export function useLoad<Value>(ask: (signal: AbortSignal) => Promise<Value>): Load<Value> {
  const [turn, setTurn] = useState(0);
  const [outcome, setOutcome] = useState<Outcome<Value>>();
  useEffect(() => {
    void turn;
    const ending = new AbortController();
    ask(ending.signal).then(
      (value) => ending.signal.aborted || setOutcome({ from: ask, value }),
      (error: unknown) => ending.signal.aborted || setOutcome({ from: ask, error: toError(error) }),
    );
    return () => ending.abort();
  }, [ask, turn]);
  const known = outcome?.from === ask ? outcome : undefined;
  const reload = useCallback(() => {
    setOutcome(undefined);
    setTurn((before) => before + 1);
  }, []);
  const setValue = useCallback((change: (before: Value | undefined) => Value | undefined) => {
    setOutcome((before) => before && { from: before.from, value: change(before.value) });
  }, []);
  return { value: known?.value, error: known?.error, isLoading: !known, reload, setValue };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
