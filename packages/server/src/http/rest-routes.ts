/** The REST door: a route for each operation that has one, and the bytes of media. */
import type { Operation, RestDoor } from "@pipit/protocol/operation";
import { listOperations, type OperationName } from "@pipit/protocol/operations";
import { Hono, type Context as HonoContext } from "hono";
import { AppError } from "../app-error.ts";
import type { Services } from "../context.ts";
import { jsonOrTextTypes, readJsonBody } from "../doors/read-json-body.ts";
import type { RunOperation } from "../doors/run-operation.ts";
import type { Limits } from "../ports/limits/limits.ts";
import type { FindActor } from "./find-actor.ts";
import { mediaRoutes } from "./media-routes.ts";
import { findNumberFields, toQueryInput } from "./query-input.ts";
import { reply } from "./reply.ts";

export type RestOptions = { services: Services; run: RunOperation; limits: Limits; findActor: FindActor };

/** The routes, without a prefix: the host mounts them. */
export function createRestRoutes(options: RestOptions): Hono {
  const routes = new Hono();
  for (const { name, operation } of inMatchingOrder()) {
    const { rest } = operation;
    if (rest) routes.on(rest.method, rest.path, (c) => answer(options, c, name, operation, rest));
  }
  routes.route("/", mediaRoutes(options));
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
    const actor = await options.findActor(c, operation.access === "service");
    const body = hasBody(rest)
      ? await readJsonBody(c.req.raw, options.services.config.maxBodyBytes, jsonOrTextTypes)
      : {};
    const query = toQueryInput(new URL(c.req.url).searchParams, findNumberFields(operation));
    const result = await options.run(name, actor, { ...query, ...body, ...findPathInput(c, rest) });
    return c.json({ success: true, ...result }, rest.status ?? 200);
  } catch (error) {
    return reply(c, options.services.log, error, name);
  }
}

function findPathInput(c: HonoContext, { rename = {} }: RestDoor): Record<string, string> {
  return Object.fromEntries(Object.entries(c.req.param()).map(([name, value]) => [rename[name] ?? name, value]));
}

function hasBody(rest: RestDoor): boolean {
  return rest.method === "POST" || rest.method === "PUT" || rest.method === "PATCH";
}
