/** What is done with a session that is open: shown, exchanged for a token, ended. */
import { z } from "zod";
import { AppError } from "../../app-error.ts";
import type { AccountsContext } from "./accounts.ts";
import { presentAccount } from "./present-account.ts";

const openSession = z
  .object({
    session: z.object({ id: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), image: z.string().nullable() }),
  })
  .nullable();

/** The session and its account, or null. */
export async function showSession(ctx: AccountsContext): Promise<Response> {
  return presentAccount(await readSession(ctx));
}

/** A short-lived token for the account of the session; the answer may also prolong the session's cookie. */
export async function exchangeSession(ctx: AccountsContext): Promise<Response> {
  const response = await readSession(ctx);
  const open = openSession.parse(await response.json());
  const token = open && (await ctx.issueToken(open.user, { id: open.session.id, deviceId: ctx.deviceId }));
  if (!token) throw new AppError("unauthenticated", { message: "Sign in first." });
  const headers = new Headers();
  for (const cookie of response.headers.getSetCookie()) headers.append("set-cookie", cookie);
  return Response.json({ success: true, data: token }, { headers });
}

/** Ends the session, if there is one, and its devices. @throws {AppError} `unavailable` if it is still open after that */
export async function signOut(ctx: AccountsContext): Promise<Response> {
  const open = openSession.parse(await (await readSession(ctx)).json());
  // Before the library, which takes the cookie away then: it would end the session without the devices.
  if (open) await ctx.endSession(open.user.id, open.session.id);
  const response = await ctx.callAuth({ method: "POST", path: "/sign-out" });
  // The library reports success even when the database did not delete the session.
  const left = openSession.parse(await (await readSession(ctx)).json());
  if (left) throw new AppError("unavailable", { message: "The session could not be ended.", retryAfterSeconds: 1 });
  return response;
}

function readSession(ctx: AccountsContext): Promise<Response> {
  return ctx.callAuth({ method: "GET", path: "/get-session" });
}
