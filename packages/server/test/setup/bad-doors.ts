/** Puts an input through a door as it is, good or bad. */
import type { Operation } from "@pipit/protocol/operation";
import type { Socket } from "socket.io-client";
import { z } from "zod";
import { unwrap } from "./bad-values.ts";
import type { Input } from "./good-inputs.ts";

export const patienceMs = 10_000;
const maxTarget = 8_000;

/** The request that a REST door makes of an input, and the input as the server will see it. */
export type RestRequest = { path: string; body: string | undefined; seen: Input; reachesRoute: boolean };

/** @returns undefined for an input that can't be put into a path or a query */
export function toRestRequest(operation: Operation, input: Input): RestRequest | undefined {
  const { rest } = operation;
  if (!rest) return undefined;
  const isInQuery = rest.method === "GET" || rest.method === "DELETE";
  const fieldOf = (name: string): string => rest.rename?.[name] ?? name;
  const inPath = new Set(Array.from(rest.path.matchAll(/:(\w+)/g), (match) => fieldOf(match[1] ?? "")));
  const asText = Object.keys(input).filter((key) => isInQuery || inPath.has(key));
  if (asText.some((key) => !isUrlText(input[key]))) return undefined;
  const path = rest.path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(input[fieldOf(name)] ?? "")),
  );
  const others = Object.entries(input).filter(([key]) => !inPath.has(key));
  const query = isInQuery
    ? new URLSearchParams(others.map(([key, value]): [string, string] => [key, String(value)]))
    : "";
  const texts = asText.map((key) => [key, inPath.has(key) ? String(input[key]) : toQueryValue(operation, key, input)]);
  const target = isInQuery ? `${path}?${query}` : path;
  // Node answers longer ones by itself (bad-http.test.ts).
  if (target.length > maxTarget) return undefined;
  return {
    path: target,
    body: isInQuery ? undefined : JSON.stringify(Object.fromEntries(others)),
    seen: { ...input, ...Object.fromEntries(texts) },
    // What is empty or `..` names another path.
    reachesRoute: [...inPath].every((key) => !["", ".", ".."].includes(String(input[key] ?? ""))),
  };
}

function isUrlText(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed() && value.length <= maxTarget;
  return typeof value === "number" || typeof value === "boolean";
}

function toQueryValue(operation: Operation, key: string, input: Input): unknown {
  const text = String(input[key]);
  const isNumber = unwrap(operation.input.shape[key]) instanceof z.ZodNumber && /^-?\d{1,16}$/.test(text);
  return isNumber ? Number(text) : text;
}

export type RestAnswer = { status: number; headers: Headers; reply: unknown };

/** Sends a request; a reply that is not JSON, or does not come, throws. */
export async function sendRest(
  url: string,
  token: string | undefined,
  method: string,
  path: string,
  body: string | undefined,
): Promise<RestAnswer> {
  const response = await fetch(`${url}/api/v1/chat${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(patienceMs),
  });
  return { status: response.status, headers: response.headers, reply: await response.json() };
}

/** Emits with an acknowledgement callback; an acknowledgement that does not come throws. */
export function sendSocket(socket: Socket, event: string, ...args: unknown[]): Promise<unknown> {
  return socket.timeout(patienceMs).emitWithAck(event, ...args);
}
