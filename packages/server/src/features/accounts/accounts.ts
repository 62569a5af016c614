/** Stand-alone accounts: sign-up, sign-in and sessions under /api/auth, and the exchange for Pipit's own token. */
import { errorCodes } from "@pipit/protocol/errors";
import { deviceId as deviceIdSchema } from "@pipit/protocol/models/device";
import { type Context, Hono } from "hono";
import type pg from "pg";
import { AppError } from "../../app-error.ts";
import { fromDatabaseError } from "../../db/database-error.ts";
import { failWith } from "../../doors/fail-with.ts";
import { jsonTypes, readJsonBody } from "../../doors/read-json-body.ts";
import type { Log } from "../../log.ts";
import { type AuthCall, createCallAuth } from "./call-auth.ts";
import { authPath, createAuth } from "./create-auth.ts";
import { createAttemptLimit, type LimitAttempts } from "./limit-attempts.ts";
import { createOriginCheck } from "./require-trusted-origin.ts";
import { exchangeSession, showSession, signOut } from "./sessions.ts";
import { signInByEmail, signInByUsername } from "./sign-in.ts";
import { signUp } from "./sign-up.ts";

/** Signs a token for a session's account, on a device if it was named; undefined if the session has ended meanwhile. */
type IssueToken = (
  account: { id: string; name: string; image: string | null },
  session: { id: string; deviceId: string | undefined },
) => Promise<{ token: string; expires_at: string } | undefined>;

/** Ends a session, and logs out the devices that have it. */
type EndSession = (userId: string, sessionId: string) => Promise<void>;

export type AccountsOptions = {
  pool: pg.Pool;
  /** Signs the sessions' cookies. */
  secret: string;
  /** The address that browsers reach the server by; https makes cookies Secure. */
  baseUrl: string;
  /** Other web origins whose pages may sign people in. */
  trustedOrigins: readonly string[];
  /** Signs the JWT that clients use. */
  issueToken: IssueToken;
  endSession: EndSession;
  rateLimits: boolean;
  log: Log;
};

/** What the door knows of a request beside the request: whose limits it counts against, and how the log calls it. */
export type Caller = { address?: string; requestId?: string };

/** The handler of everything under /api/auth. */
export type Accounts = { handle(request: Request, caller?: Caller): Promise<Response> };

/** What the use-cases of accounts may use. */
export type AccountsContext = {
  pool: pg.Pool;
  issueToken: IssueToken;
  endSession: EndSession;
  limitAttempts: LimitAttempts;
  /** What the request names as its device. */
  deviceId: string | undefined;
  /** Calls the library for the client whose request this is. @throws {AppError} */
  callAuth(call: AuthCall): Promise<Response>;
};

const maxBodyBytes = 16 * 1024;

type Env = { Bindings: Caller };

export function createAccounts(options: AccountsOptions): Accounts {
  const { pool, issueToken, endSession, rateLimits, log } = options;
  const origin = new URL(options.baseUrl).origin;
  const callAuth = createCallAuth(createAuth({ ...options, origin }), origin);
  const limitAttempts: LimitAttempts = rateLimits ? createAttemptLimit() : (_account, attempt) => attempt();
  const requireTrustedOrigin = createOriginCheck(origin, options.trustedOrigins);

  function contextOf(c: Context<Env>): AccountsContext {
    const caller = { headers: c.req.raw.headers, address: c.env.address };
    const deviceId = deviceIdSchema.safeParse(c.req.header("x-device-id")).data;
    return { pool, issueToken, endSession, limitAttempts, deviceId, callAuth: (call) => callAuth(caller, call) };
  }

  const app = new Hono<Env>().basePath(authPath);
  app.use(async (c, next) => {
    requireTrustedOrigin(c.req.raw);
    await next();
    c.header("Cache-Control", "no-store");
  });
  app.post("/sign-up/email", async (c) => signUp(contextOf(c), await readJsonBody(c.req.raw, maxBodyBytes, jsonTypes)));
  app.post("/sign-in/username", async (c) =>
    signInByUsername(contextOf(c), await readJsonBody(c.req.raw, maxBodyBytes, jsonTypes)),
  );
  app.post("/sign-in/email", async (c) =>
    signInByEmail(contextOf(c), await readJsonBody(c.req.raw, maxBodyBytes, jsonTypes)),
  );
  app.post("/sign-out", (c) => signOut(contextOf(c)));
  app.get("/get-session", (c) => showSession(contextOf(c)));
  app.post("/token", (c) => exchangeSession(contextOf(c)));
  app.notFound((c) => reply(c, log, new AppError("not_found", { message: "There is no such path." })));
  app.onError((error, c) => reply(c, log, error));
  return { handle: async (request, caller = {}) => app.fetch(request, caller) };
}

function reply(c: Context<Env>, log: Log, cause: unknown): Response {
  const { requestId } = c.env;
  const where = { operation: "accounts", ...(requestId === undefined ? {} : { request_id: requestId }) };
  const { error, failure } = failWith(log, fromDatabaseError(cause), where);
  if (error.code === "unauthenticated") c.header("WWW-Authenticate", "Bearer");
  if (failure.retry_after !== undefined) c.header("Retry-After", String(failure.retry_after));
  return c.json(failure, errorCodes[error.code].status);
}
