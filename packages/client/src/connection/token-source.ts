/** Where tokens come from: one that was given, or a function of the app's that fetches them. */
import { networkError, PipitError } from "../errors.ts";

export type TokenSource = {
  /** A token that is good for a while yet, as far as one can see. */
  get(): Promise<string>;
  /** A token other than one that was refused. @throws {PipitError} `unauthenticated` if there is none */
  replace(refused: string): Promise<string>;
  /** Gives a token from outside. */
  set(token: string): void;
  /** The token that was given or fetched last. */
  current(): string | undefined;
  /** When the token that is in use ends, in milliseconds since 1970, as far as one can see. */
  findExpiry(): number | undefined;
  /** Whether another can be had when it ends. */
  canReplace(): boolean;
};

export type TokenProvider = () => string | Promise<string>;

const earlyMs = 30_000;
const patienceMs = 20_000;

/** @param given a token, a provider, or both: the token is used first. */
export function createTokenSource(
  given: { token?: string | undefined; tokenProvider?: TokenProvider | undefined },
  now: () => number,
): TokenSource {
  let token = given.token;
  let receivedAt = now();
  let fetching: Promise<string> | undefined;
  let askedAt = 0;
  const keep = (next: string): string => {
    if (next !== token) receivedAt = now();
    token = next;
    return next;
  };
  const fetchOne = (): Promise<string> => {
    const { tokenProvider } = given;
    if (!tokenProvider) return Promise.reject(refusal());
    // One call for all who wait, unless it has been hanging for too long.
    if (fetching && now() - askedAt < patienceMs) return fetching;
    askedAt = now();
    const mine = Promise.resolve()
      .then(tokenProvider)
      // The app's own server could not be reached, as far as one can tell.
      .then(keep, (error) => Promise.reject(error instanceof PipitError ? error : networkError(error)))
      .finally(() => {
        if (fetching === mine) fetching = undefined;
      });
    fetching = mine;
    return mine;
  };
  const findExpiry = (): number | undefined => (token === undefined ? undefined : expiryOf(token, receivedAt));
  return {
    async get() {
      const isStale = given.tokenProvider && (findExpiry() ?? Infinity) - earlyMs <= now();
      return token === undefined || isStale ? fetchOne() : token;
    },
    async replace(refused) {
      if (token !== undefined && token !== refused) return token;
      const fetched = await fetchOne();
      if (fetched === refused) throw refusal();
      return fetched;
    },
    set: keep,
    current: () => token,
    findExpiry,
    canReplace: () => given.tokenProvider !== undefined,
  };
}

/**
 * When a token ends, in milliseconds since 1970, if it is a JWT that says so. Nothing is verified here. Reckoned from its
 * receipt: this device's clock may be hours away from the server's.
 */
function expiryOf(token: string, receivedAt: number): number | undefined {
  try {
    const part = token.split(".")[1] ?? "";
    const { exp, iat } = JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/")));
    if (typeof exp !== "number") return undefined;
    return typeof iat === "number" ? receivedAt + (exp - iat) * 1000 : exp * 1000;
  } catch {
    // Not a JWT: the server will say what it thinks of it.
    return undefined;
  }
}

function refusal(): PipitError {
  return new PipitError("unauthenticated", { message: "A new token is needed.", retryable: false });
}
