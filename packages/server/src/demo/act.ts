/** Acts for the demo's people through the product's own operations, so that all its rules hold for what they do. */
import { type OperationName, operations, type RawInput, type Result } from "@pipit/protocol/operations";
import type { Handler, Services } from "../context.ts";
import { handlers } from "../features/handlers.ts";

export const demoTenant = "default";

/** @throws {AppError} what the operation refuses */
export async function act<Name extends OperationName>(
  services: Services,
  userId: string,
  name: Name,
  raw: RawInput<Name>,
): Promise<Result<Name>> {
  // Handlers and operations are two tables of the same names, which the type of a single name can't be told of.
  const handler = handlers[name] as Handler<Name>;
  const input = operations[name].input.parse(raw) as Parameters<Handler<Name>>[1];
  return handler({ ...services, actor: { kind: "user", tenantId: demoTenant, userId } }, input);
}
