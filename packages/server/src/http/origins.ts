/** Which web pages may call the server. */
import type { Config } from "../config.ts";

export type OriginPolicy = {
  /**
   * Whether a page of this origin may call. No origin means that no page calls.
   * @param host the Host that was called: a page of the server's own address may always call.
   */
  isAllowed(origin: string | undefined, host: string | undefined): boolean;
  /** The origins besides the server's own; `*` is all. */
  others: readonly string[];
};

export function createOriginPolicy(config: Config): OriginPolicy {
  const own = config.publicUrl === undefined ? [] : [new URL(config.publicUrl).origin];
  const others = config.allowedOrigins.map((origin) => origin.replace(/\/$/, ""));
  const allowed = new Set([...own, ...others]);
  return {
    others: [...own, ...others],
    isAllowed(origin, host) {
      if (origin === undefined || allowed.has("*") || allowed.has(origin)) return true;
      if (host === undefined) return false;
      if (origin === `http://${host}` || origin === `https://${host}`) return true;
      return config.publicUrl === undefined && isSameLoopback(origin, host);
    },
  };
}

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** This machine has several names for itself: at one port, all of them are this server. */
function isSameLoopback(origin: string, host: string): boolean {
  const [page, called] = [origin, `http://${host}`].map((address) =>
    URL.canParse(address) ? new URL(address) : undefined,
  );
  if (page?.protocol !== "http:" || page.port !== called?.port) return false;
  return loopback.has(page.hostname) && loopback.has(called.hostname);
}
