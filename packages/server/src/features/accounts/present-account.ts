/** Keeps the addresses that stand for "no e-mail" out of what clients see. */
import { z } from "zod";
import { isInternalEmail } from "./accounts-input.ts";

const withUser = z.looseObject({ user: z.looseObject({ email: z.string() }) });

/** An answer of better-auth as it came, but with `user.email` null for an account that has no e-mail. */
export async function presentAccount(response: Response): Promise<Response> {
  const body: unknown = await response.json();
  const headers = new Headers(response.headers);
  const { data } = withUser.safeParse(body);
  const shown = data && isInternalEmail(data.user.email) ? { ...data, user: { ...data.user, email: null } } : body;
  return Response.json(shown, { status: response.status, headers });
}
