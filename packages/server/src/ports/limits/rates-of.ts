/** The rates that a configuration asks for. */
import type { Config } from "../../config.ts";
import type { Rates } from "./limits.ts";

export function ratesOf(config: Config): Rates {
  const rates: Rates = {
    read: config.rateRead,
    write: config.rateWrite,
    send: config.rateSend,
    receipt: config.rateReceipt,
    presence: config.ratePresence,
    service: config.rateService,
    failure: config.rateFailure,
  };
  return config.rateLimits
    ? rates
    : { read: null, write: null, send: null, receipt: null, presence: null, service: null, failure: null };
}
