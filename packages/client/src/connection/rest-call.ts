/** Calls an operation over REST. */

import { abortedError, fromFailure, networkError, PipitError } from "../errors.ts";
import type { CallerParts } from "./caller.ts";
import type { Envelope } from "./wire.ts";

type Input = Record<string, unknown>;

/** @throws {PipitError} what the server answered, `network` or `aborted` */
export async function callRest(
  parts: CallerParts,
  door: { method: string; path: string },
  input: Input,
  token: string,
  signal: AbortSignal,
): Promise<Envelope> {
  const { url, init } = toRequest(parts.baseUrl, door, input);
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, ...init.headers };
  const deviceId = parts.deviceId();
  if (deviceId !== undefined) headers["x-device-id"] = deviceId;
  let response: Response;
  let text: string;
  try {
    response = await parts.env.fetch(url, { ...init, headers, signal });
    text = await response.text();
  } catch (error) {
    throw signal.aborted ? abortedError(error) : networkError(error);
  }
  const body = parse(text);
  if (body?.success === true) return body;
  if (body?.success === false) throw fromFailure(body);
  // Not ours: something between the server and us has answered.
  const retryable = response.status >= 500 || response.status === 429 || response.ok;
  throw new PipitError(retryable ? "unavailable" : "internal", {
    message: `Not an answer of Pipit: ${response.status}.`,
    retryable,
  });
}

function toRequest(baseUrl: string, door: { method: string; path: string }, input: Input) {
  const rest = { ...input };
  const path = door.path.replace(/:(\w+)/g, (_, name: string) => {
    delete rest[name];
    return encodeURIComponent(String(input[name]));
  });
  const url = baseUrl + path;
  const { method } = door;
  if (method !== "GET" && method !== "DELETE")
    return { url, init: { method, headers: { "content-type": "application/json" }, body: JSON.stringify(rest) } };
  const given = Object.entries(rest).filter(([, value]) => value !== undefined && value !== null);
  const suffix = given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join("&");
  return { url: suffix ? `${url}?${suffix}` : url, init: { method, headers: {} } };
}

function parse(text: string): Envelope | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Envelope) : undefined;
  } catch {
    // A page of a proxy's, perhaps.
    return undefined;
  }
}
