/** One sender of the adapters that there are. */
import { type PushProvider, pushProviders } from "@pipit/protocol/models/device";
import { createGate } from "../../gate.ts";
import type { PushAdapter, PushSender } from "./push-sender.ts";

/** On their way at a time, and waiting to be: a page of every job that sends has room (G11). */
const mostOnTheWay = 32;
const mostWaiting = 10_000;

export function createPushSender(adapters: Partial<Record<PushProvider, PushAdapter>>): PushSender {
  const gate = createGate(mostOnTheWay, mostWaiting);
  return {
    providers: pushProviders.filter((provider) => adapters[provider] !== undefined),
    async send({ provider, token }, notification) {
      const adapter = adapters[provider];
      if (adapter) return gate(() => adapter.send(token, notification));
      return { result: "failed", isRetryable: false, detail: `This server is not set up for ${provider}.` };
    },
    async close() {
      await Promise.all(Object.values(adapters).map((adapter) => adapter.close()));
    },
  };
}
