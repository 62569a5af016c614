/** Lets operators see what becomes of notifications: a figure of each, and a line when settings seem to be wrong. */
import type { PushProvider } from "@pipit/protocol/models/device";
import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";
import type { PushOutcome } from "./push-sender.ts";

export type PushWatch = (provider: PushProvider, outcome: PushOutcome) => void;

type Surroundings = { clock: Clock; log: Log; observe(provider: PushProvider, result: string): void };

/** A fault of the settings fails every notification, and needs to be said once in a while only. */
const quietMs = 60_000;

export function createPushWatch({ clock, log, observe }: Surroundings): PushWatch {
  const saidAt = new Map<PushProvider, number>();
  return (provider, outcome) => {
    observe(provider, toResult(outcome));
    if (outcome.result !== "failed" || outcome.isOursToMend !== true) return;
    const now = clock.now().getTime();
    if (now - (saidAt.get(provider) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
    saidAt.set(provider, now);
    log.warn({ provider, detail: outcome.detail }, "a push provider refuses this server; its settings may be wrong");
  };
}

function toResult(outcome: PushOutcome): string {
  return outcome.result === "failed" && outcome.isRetryable ? "retried" : outcome.result;
}
