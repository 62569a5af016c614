/** A part of the account's settings that its user changes: shown at once, and put back if the server refuses. */

import type { AccountSettings } from "@pipit/protocol/models/account";
import { useSettings } from "@pipit/react";
import { useState } from "react";
import { useAttempt } from "../ui/use-attempt.ts";

type Saved = { account_change: number };
type Pending<Value> = { value: Value; account_change?: number };

export type Setting<Value> = {
  /** Undefined until the settings are known. */
  value: Value | undefined;
  /** @returns whether the server took it; if not, the person has been told */
  change(value: Value): Promise<boolean>;
};

/**
 * @param pick what of the settings it is
 * @param save tells the server; its answer says with which change of the account the new value comes
 */
export function useSetting<Value>(
  pick: (settings: AccountSettings) => Value,
  save: (value: Value) => Promise<Saved>,
): Setting<Value> {
  const settings = useSettings();
  const { attempt } = useAttempt();
  const [pending, setPending] = useState<Pending<Value>>();
  // The answer may overtake the event that brings the settings: until those are as new, what was chosen stands.
  const isAhead = pending && (settings?.account_change ?? 0) < (pending.account_change ?? Number.POSITIVE_INFINITY);
  return {
    value: isAhead ? pending.value : settings && pick(settings),
    async change(value) {
      const own = { value };
      setPending(own);
      const saved = await attempt(() => save(value));
      setPending((now) => (now !== own ? now : saved && { ...own, account_change: saved.account_change }));
      return saved !== undefined;
    },
  };
}
