/** Calls operations by whichever door is open and suits. */
import type { OperationName, Output, RawInput } from "@pipit/protocol/operations";
import type { Pagination } from "@pipit/protocol/scalars";
import { doors } from "../doors.ts";
import type { Environment } from "../environment.ts";
import { abortedError, isLogOut, networkError, PipitError } from "../errors.ts";
import { inTime, type Limit } from "./in-time.ts";
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

export type CallerParts = {
  env: Environment;
  /** Where the operations are. */
  baseUrl: string;
  deviceId: () => string | undefined;
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
    const work = ({ signal, allow }: Limit): Promise<Envelope> => {
      allow(options.timeoutMs ?? defaultTimeoutMs);
      const ask = options.isOverRest && method ? undefined : parts.ask();
      if (ask && event) return ask(event, input, signal);
      if (!method) return Promise.reject(networkError());
      return callWithToken(parts, { method, path }, input, signal);
    };
    const envelope = await inTime(parts.env, options.signal, work, parts.onTimeout);
    return { data: envelope.data, pagination: envelope.pagination } as Reply<typeof name>;
  };
}

function callWithToken(
  parts: CallerParts,
  door: { method: string; path: string },
  input: Record<string, unknown>,
  signal: AbortSignal,
): Promise<Envelope> {
  return withToken(parts, (token) => callRest(parts, door, input, token, signal));
}

/** Asks with a token. One that the server no longer takes is replaced, once. */
export async function withToken<Value>(
  { tokens, onLoggedOut }: Pick<CallerParts, "tokens" | "onLoggedOut">,
  ask: (token: string) => Promise<Value>,
): Promise<Value> {
  const token = await tokens.get();
  try {
    return await ask(token);
  } catch (error) {
    if (!(error instanceof PipitError) || error.code !== "unauthenticated") throw error;
    if (isLogOut(error)) {
      onLoggedOut();
      throw error;
    }
    return ask(await tokens.replace(token));
  }
}
