/** Calls operations by whichever door is open and suits. */
import type { OperationName, Output, RawInput } from "@pipit/protocol/operations";
import type { Pagination } from "@pipit/protocol/scalars";
import { doors } from "../doors.ts";
import type { Environment } from "../environment.ts";
import { abortedError, isLogOut, networkError, PipitError, timeoutError } from "../errors.ts";
import { callRest } from "./rest-call.ts";
import type { TokenSource } from "./token-source.ts";
import type { Envelope } from "./wire.ts";

export type CallOptions = {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  /** By REST where there is a path: what comes of it is told to this client too, by an event. */
  isOverRest?: boolean | undefined;
};

type Reply<Name extends OperationName> = { data: Output<Name>; pagination: Pagination | undefined };

/** Calls an operation. @throws {PipitError} */
export type Call = <Name extends OperationName>(
  name: Name,
  input: RawInput<Name>,
  options?: CallOptions,
) => Promise<Reply<Name>>;

export type RestDoorParts = { baseUrl: string; deviceId: () => string | undefined; fetch: typeof fetch };

export type CallerParts = {
  env: Environment;
  rest: RestDoorParts;
  tokens: TokenSource;
  /** Asks over the live connection, if there is one. */
  ask: () => ((event: string, payload: unknown, signal: AbortSignal) => Promise<Envelope>) | undefined;
  /** The client has been closed: nothing is asked any more. */
  isOver(): boolean;
  /** Told that the device was logged out. */
  onLoggedOut(): void;
  /** Told that an answer did not come in time. */
  onTimeout(): void;
};

const defaultTimeoutMs = 15_000;

export function createCall(parts: CallerParts): Call {
  return async (name, input, options = {}) => {
    if (parts.isOver()) throw abortedError();
    const { method, path, event } = doors[name];
    const envelope = await inTime(parts, options, (signal) => {
      const ask = options.isOverRest && method !== undefined ? undefined : parts.ask();
      if (ask && event !== undefined) return ask(event, input, signal);
      if (method === undefined) return Promise.reject(networkError());
      return callWithToken(parts, { method, path }, input, signal);
    });
    return { data: envelope.data, pagination: envelope.pagination } as Reply<typeof name>;
  };
}

/** A token that the server no longer takes is replaced, once. */
async function callWithToken(
  { rest, tokens, onLoggedOut }: CallerParts,
  door: { method: string; path: string },
  input: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Envelope> {
  const token = await tokens.get();
  try {
    return await callRest(rest, door, input, token, signal);
  } catch (error) {
    if (!(error instanceof PipitError) || error.code !== "unauthenticated") throw error;
    if (isLogOut(error)) {
      onLoggedOut();
      throw error;
    }
    return callRest(rest, door, input, await tokens.replace(token), signal);
  }
}

/** Gives work a signal that the caller's own signal and the time limit both end. */
function inTime<Value>(
  { env, onTimeout }: CallerParts,
  { signal: outer, timeoutMs = defaultTimeoutMs }: CallOptions,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const inner = new AbortController();
    const give = (error: PipitError): void => {
      reject(error);
      inner.abort(error);
    };
    const giveUp = (): void => give(abortedError(outer?.reason));
    if (outer?.aborted) {
      giveUp();
      return;
    }
    outer?.addEventListener("abort", giveUp);
    const timer = env.setTimeout(() => {
      give(timeoutError());
      onTimeout();
    }, timeoutMs);
    work(inner.signal)
      .then(resolve, reject)
      .finally(() => {
        env.clearTimeout(timer);
        outer?.removeEventListener("abort", giveUp);
      });
  });
}
