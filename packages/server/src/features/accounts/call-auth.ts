/** The one way to better-auth: with nothing of a request but what it needs, and with its refusals made ours. */

import { toAppError } from "./auth-failure.ts";
import type { createAuth } from "./create-auth.ts";
import { addressHeader, authPath } from "./create-auth.ts";

export type AuthCall = { method: "GET" | "POST"; path: string; body?: object };

/** Whose call it is: the headers that came, and the address of the client that the door knows. */
type AuthCaller = { headers: Headers; address: string | undefined };

/**
 * Calls an endpoint of the library on behalf of a caller.
 * @returns its answer, which is a success
 * @throws {AppError} its refusal; or whatever the database threw
 */
export type CallAuth = (caller: AuthCaller, call: AuthCall) => Promise<Response>;

const maxUserAgent = 256;

export function createCallAuth(auth: ReturnType<typeof createAuth>, origin: string): CallAuth {
  return async (caller, { method, path, body }) => {
    const response = await auth.handler(
      new Request(`${origin}${authPath}${path}`, {
        method,
        headers: toAuthHeaders(caller, body !== undefined),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    if (response.ok) return response;
    throw await toAppError(response);
  };
}

function toAuthHeaders({ headers, address }: AuthCaller, hasBody: boolean): Headers {
  const sent = new Headers();
  for (const name of ["cookie", "authorization"]) {
    const value = headers.get(name);
    if (value !== null) sent.set(name, value);
  }
  sent.set("user-agent", (headers.get("user-agent") ?? "").slice(0, maxUserAgent));
  if (address !== undefined) sent.set(addressHeader, address);
  if (hasBody) sent.set("content-type", "application/json");
  return sent;
}
