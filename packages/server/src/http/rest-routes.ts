/** The REST door: a route for each operation that has one. */
import { errorCodes } from "@pipit/protocol/errors";
import type { Operation, RestDoor } from "@pipit/protocol/operation";
import { listOperations, type OperationName } from "@pipit/protocol/operations";
import { Hono, type Context as HonoContext } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { AppError } from "../app-error.ts";
import type { Actor, Services } from "../context.ts";
import { failWith } from "../doors/fail-with.ts";
import { jsonOrTextTypes, readJsonBody } from "../doors/read-json-body.ts";
import type { RunOperation } from "../doors/run-operation.ts";
import { type Authenticator, serviceActor } from "../identity/authenticate.ts";
import type { Log } from "../log.ts";
import { addressOf } from "./address-of.ts";
import { findNumberFields, toQueryInput } from "./query-input.ts";

export type RestOptions = {
  services: Services;
  run: RunOperation;
  authenticator: Authenticator;
  /** Counts a call with bad credentials against the address that it came from. */
  countFailure(address: string): Promise<void>;
};

/** The routes, without a prefix: the host mounts them. */
export function createRestRoutes(options: RestOptions): Hono {
  const routes = new Hono();
  for (const { name, operation } of inMatchingOrder()) {
    const { rest } = operation;
    if (rest) routes.on(rest.method, rest.path, (c) => answer(options, c, name, operation, rest));
  }
  routes.notFound((c) =>
    reply(c, options.services.log, new AppError("not_found", { message: "There is no such path." }), "none"),
  );
  return routes;
}

// `/messages/starred` before `/messages/:message_id`.
function inMatchingOrder() {
  const parameters = (operation: Operation) => (operation.rest?.path.match(/:/g) ?? []).length;
  return listOperations().sort((a, b) => parameters(a.operation) - parameters(b.operation));
}

async function answer(
  options: RestOptions,
  c: HonoContext,
  name: OperationName,
  operation: Operation,
  rest: RestDoor,
): Promise<Response> {
  try {
    const actor = await findActor(options, c, operation);
    const body = hasBody(rest)
      ? await readJsonBody(c.req.raw, options.services.config.maxBodyBytes, jsonOrTextTypes)
      : {};
    const query = toQueryInput(new URL(c.req.url).searchParams, findNumberFields(operation));
    const result = await options.run(name, actor, { ...query, ...body, ...c.req.param() });
    return c.json({ success: true, ...result }, rest.status ?? 200);
  } catch (error) {
    return reply(c, options.services.log, error, name);
  }
}

async function findActor(options: RestOptions, c: HonoContext, operation: Operation): Promise<Actor> {
  const token = /^Bearer ([^\s]+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  try {
    if (operation.access !== "service") {
      return (await options.authenticator.authenticate(token, c.req.header("x-device-id"))).actor;
    }
    if (!options.authenticator.isAdminKey(token)) throw new AppError("unauthenticated");
    return serviceActor;
  } catch (error) {
    if (error instanceof AppError && error.code === "unauthenticated")
      await options.countFailure(addressOf(c, options.services.config.trustProxy));
    throw error;
  }
}

function hasBody(rest: RestDoor): boolean {
  return rest.method === "POST" || rest.method === "PUT" || rest.method === "PATCH";
}

/** Answers with the envelope of a failure. */
export function reply(c: HonoContext, log: Log, cause: unknown, operation: string): Response {
  const { error, failure } = failWith(log, cause, { request_id: c.get("requestId"), operation });
  if (error.code === "unauthenticated") c.header("WWW-Authenticate", "Bearer");
  if (failure.retry_after !== undefined) c.header("Retry-After", String(failure.retry_after));
  return c.json(failure, statusOf(error));
}

function statusOf(error: AppError): ContentfulStatusCode {
  return errorCodes[error.code].status;
}
