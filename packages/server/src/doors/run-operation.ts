/** What both doors do with a request once they know who asks: limit, check, call. */
import type { Operation } from "@pipit/protocol/operation";
import { listOperations, type OperationName, operations } from "@pipit/protocol/operations";
import type { Pagination } from "@pipit/protocol/scalars";
import type { z } from "zod";
import { AppError } from "../app-error.ts";
import type { Actor, Context, Services } from "../context.ts";
import type { Limits } from "../ports/limits/limits.ts";
import { inspectInput } from "./inspect-input.ts";

export type Reply = { data: unknown; pagination?: Pagination };

/** Calls an operation as an actor with what a client sent. @throws {AppError} whatever is wrong with it */
export type RunOperation = (name: OperationName, actor: Actor, raw: unknown) => Promise<Reply>;

type AnyHandler = (ctx: Context, input: unknown) => Promise<unknown>;
type Page = { items: unknown; pagination: Pagination };

/** An operation that was done: for whom, with what, and what came of it. */
export type DoneOperation = { name: OperationName; actor: Actor; input: unknown; result: unknown };

/**
 * @param handlers the use-case of each operation, by its name
 * @param onDone is told of each that succeeded, before it is answered; it takes no time and does not throw
 */
export function createRunOperation(
  services: Services,
  limits: Limits,
  handlers: Record<OperationName, unknown>,
  onDone: (done: DoneOperation) => void = () => {},
): RunOperation {
  return async (name, actor, raw) => {
    const operation: Operation = operations[name];
    if (operation.access === "service" && actor.kind !== "service") throw new AppError("unauthenticated");
    await limits.take(operation.limit, toLimitKey(actor));
    const input = parseInput(operation, raw);
    // The table of handlers is checked against the table of operations, name by name, where it is made.
    const handler = handlers[name] as AnyHandler;
    const result = await handler({ ...services, actor }, input);
    onDone({ name, actor, input, result });
    if (operation.paged !== true) return { data: result };
    const page = result as Page;
    return { data: page.items, pagination: page.pagination };
  };
}

/** Fields that an operation does not know are left out: later versions may send them (docs/spec.md W4). */
function parseInput(operation: Operation, raw: unknown): unknown {
  inspectInput(raw);
  const parsed = operation.input.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  throw new AppError("invalid_request", { details: toDetails(parsed.error) });
}

function toDetails(error: z.ZodError): { path: string; message: string }[] {
  return error.issues.slice(0, 20).map((issue) => ({ path: issue.path.join("."), message: issue.message }));
}

/** Whose allowance an actor's calls are taken from. */
export function toLimitKey(actor: Pick<Actor, "tenantId" | "userId">): string {
  return `${actor.tenantId}/${actor.userId}`;
}

/** The operations that have a socket event, by that event. */
export const operationsByEvent = new Map(
  listOperations().flatMap(({ name, operation }) =>
    operation.socket ? [[operation.socket.event, { name, door: operation.socket }] as const] : [],
  ),
);
