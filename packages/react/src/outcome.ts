/** Failures as values. */
import { useCallback, useState } from "react";

/** What failed, and what it belonged to: another room's failure is not shown. */
export type Outcome = { scope: unknown; error: Error };

export type Attempt = <Result>(work: () => Promise<Result>) => Promise<{ result: Result } | undefined>;

/**
 * Runs what may fail. The newest failure stays until something succeeds, or the scope is another.
 * @returns `attempt` never rejects: it gives undefined for what failed
 */
export function useAttempt(scope: object): { attempt: Attempt; error: Error | undefined } {
  const [failure, setFailure] = useState<Outcome>();
  const attempt = useCallback<Attempt>(
    async (work) => {
      try {
        const result = await work();
        setFailure((known) => (known?.scope === scope ? undefined : known));
        return { result };
      } catch (error) {
        setFailure({ scope, error: toError(error) });
        return undefined;
      }
    },
    [scope],
  );
  return { attempt, error: failure?.scope === scope ? failure.error : undefined };
}

export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}

/** Says what no component is there to show. */
export function reportError(error: unknown): void {
  console.error(error);
}
