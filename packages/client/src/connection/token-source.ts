/** Where tokens come from: one that was given, or a function of the app's that fetches them. */
import { networkError, PipitError } from "../errors.ts";

export type TokenSource = {
  /** A token that is good for a while yet, as far as one can see. */
  get(): Promise<string>;
  /** A token other than one that was refused. @throws {PipitError} `unauthenticated` if there is none */
  replace(refused: string): Promise<string>;
  /** Gives a token from outside. */
  set(token: string): void;
  /** When the token that is in use ends, in milliseconds since 1970, as far as one can see. */
  findExpiry(): number | undefined;
  /** Whether another can be had when it ends. */
  canReplace(): boolean;
};

export type TokenProvider = () => string | Promise<string>;

const earlyMs = 30_000;

/** @param given a token, a provider, or both: the token is used first. */
export function createTokenSource(
  given: { token?: string | undefined; tokenProvider?: TokenProvider | undefined },
  now: () => number,
): TokenSource {
  let token = given.token;
  let fetching: Promise<string> | undefined;
  const fetchOne = (): Promise<string> => {
    const { tokenProvider } = given;
    if (!tokenProvider) return Promise.reject(refusal());
    // One call for all who wait.
    fetching ??= Promise.resolve()
      .then(tokenProvider)
      .then(
        (fetched) => {
          token = fetched;
          return fetched;
        },
        // The app's own server could not be reached, as far as one can tell.
        (error) => Promise.reject(error instanceof PipitError ? error : networkError(error)),
      )
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  };
  const isStale = (known: string): boolean => {
    const expiry = expiryOf(known);
    return expiry !== undefined && expiry - earlyMs <= now();
  };
  return {
    async get() {
      if (token !== undefined && (!given.tokenProvider || !isStale(token))) return token;
      return fetchOne();
    },
    async replace(refused) {
      if (token !== undefined && token !== refused) return token;
      const fetched = await fetchOne();
      if (fetched === refused) throw refusal();
      return fetched;
    },
    set(next) {
      token = next;
    },
    findExpiry: () => (token === undefined ? undefined : expiryOf(token)),
    canReplace: () => given.tokenProvider !== undefined,
  };
}

/** When a token ends, in milliseconds since 1970, if it is a JWT that says so. Nothing is verified here. */
function expiryOf(token: string): number | undefined {
  try {
    const part = token.split(".")[1] ?? "";
    const exp: unknown = JSON.parse(atob(part.replaceAll("-", "+").replaceAll("_", "/"))).exp;
    return typeof exp === "number" ? exp * 1000 : undefined;
  } catch {
    // Not a JWT: the server will say what it thinks of it.
    return undefined;
  }
}

function refusal(): PipitError {
  return new PipitError("unauthenticated", { message: "A new token is needed.", retryable: false });
}
