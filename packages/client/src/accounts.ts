/** Stand-alone accounts of the server that the page comes from, or of another that trusts it. */
import { fromFailure, networkError, PipitError, type WireFailure } from "./errors.ts";

export type Account = { id: string; name: string };
export type NewAccount = { username: string; password: string; name: string };
export type ShortToken = { token: string; expires_at: string };

export type Accounts = {
  /** Opens an account and signs in. @throws {PipitError} `conflict` if the username is taken, `invalid_request` */
  signUp(account: NewAccount): Promise<Account>;
  /** @throws {PipitError} `unauthenticated`, `rate_limited` */
  signIn(credentials: { username: string; password: string }): Promise<Account>;
  /** Ends the session. @throws {PipitError} */
  signOut(): Promise<void>;
  /** Who is signed in in this browser; undefined if nobody is. @throws {PipitError} `network`, `unavailable` */
  findAccount(): Promise<Account | undefined>;
  /** Exchanges the session for a token of a few minutes. @throws {PipitError} `unauthenticated` when it has ended */
  fetchToken(deviceId: string): Promise<ShortToken>;
};

type Options = { url: string; fetch?: typeof fetch };

/** The session is a cookie that no script can read. */
export function createAccounts({ url, fetch: ask = (...request) => fetch(...request) }: Options): Accounts {
  const call = async (path: string, init: RequestInit): Promise<Record<string, unknown> | null> => {
    let response: Response;
    let body: unknown;
    try {
      response = await ask(`${url}/api/auth${path}`, { credentials: "include", ...init });
      body = JSON.parse(await response.text());
    } catch (error) {
      throw networkError(error);
    }
    if (response.ok) return body as Record<string, unknown> | null;
    const failure = (body ?? {}) as WireFailure;
    if (typeof failure.code === "string") throw fromFailure(failure);
    throw new PipitError("unavailable", { message: `Not an answer of Pipit: ${response.status}.`, retryable: true });
  };
  const post = (path: string, body: object = {}) =>
    call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  return {
    signUp: async (account) => toAccount(await post("/sign-up/email", account)),
    signIn: async (credentials) => toAccount(await post("/sign-in/username", credentials)),
    async signOut() {
      await post("/sign-out");
    },
    async findAccount() {
      const session = await call("/get-session", { method: "GET" });
      return session ? toAccount(session) : undefined;
    },
    async fetchToken(deviceId) {
      const answer = await call("/token", { method: "POST", headers: { "x-device-id": deviceId } });
      return answer?.data as ShortToken;
    },
  };
}

function toAccount(answer: Record<string, unknown> | null): Account {
  const { id, name } = (answer?.user ?? {}) as Partial<Account>;
  if (typeof id !== "string") throw new PipitError("internal", { message: "It names nobody.", retryable: false });
  return { id, name: name ?? "" };
}
