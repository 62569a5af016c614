/** One operation of the REST door: where its input goes, what it answers. */
import type { ErrorCode } from "../errors.ts";
import { commonErrors, type Operation, type RestDoor } from "../operation.ts";
import type { OperationName } from "../operations.ts";
import { pagination } from "../scalars.ts";
import { examples } from "./examples.ts";
import type { FailureResponses } from "./open-api-failures.ts";
import type { JsonSchema, SchemaSet } from "./schema-set.ts";
import { describeAccess, headline, tagOf } from "./wording.ts";

export const restPrefix = "/api/v1/chat";

export type OpenApiParameter = {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  description?: string;
  schema: JsonSchema;
  example?: unknown;
};

export type OpenApiOperation = {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  security: Record<string, string[]>[];
  parameters?: (OpenApiParameter | { $ref: string })[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, JsonSchema>;
};

type Content = { "application/json": { schema: JsonSchema; example?: unknown } };
type Parts = { schemas: SchemaSet; responses: FailureResponses };
type Fields = Record<string, unknown>;

/** The place of an operation in the document's `paths`, and what stands there. */
export function toRestOperation(
  name: OperationName,
  operation: Operation,
  rest: RestDoor,
  parts: Parts,
): { path: string; method: string; entry: OpenApiOperation } {
  const example: { input: Fields; data: unknown } | undefined = examples[name];
  const input = splitInput(parts.schemas.render(operation.input, "input"), rest, example?.input);
  const isService = operation.access === "service";
  const parameters = [...input.parameters, ...(isService ? [] : [{ $ref: "#/components/parameters/DeviceId" }])];
  const entry: OpenApiOperation = {
    operationId: name,
    tags: [tagOf(name)],
    summary: headline(operation.summary),
    description: describe(operation),
    security: [{ [isService ? "adminKey" : "userToken"]: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(input.body ? { requestBody: input.body } : {}),
    responses: {
      [rest.status ?? 200]: toSuccess(operation, parts.schemas, example?.data),
      ...parts.responses.refer(errorsOf(operation, rest)),
    },
  };
  return { path: restPrefix + rest.path.replace(/:(\w+)/g, "{$1}"), method: rest.method.toLowerCase(), entry };
}

function describe(operation: Operation): string {
  const { socket } = operation;
  const twin = socket ? `**Over a socket:** emit \`${socket.event}\`.` : "";
  return [operation.summary, [describeAccess(operation), twin].join(" ").trim()].join("\n\n");
}

/** Path parameters are named in the path; the rest is the query or the body, by the method. */
function splitInput(schema: JsonSchema, rest: RestDoor, example: Fields | undefined) {
  const { properties, required = [] } = schema as { properties: Record<string, JsonSchema>; required?: string[] };
  const inPath = [...rest.path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  const fieldOf = (name: string): string => rest.rename?.[name] ?? name;
  const others = Object.keys(properties).filter((name) => !inPath.map(fieldOf).includes(name));
  const toParameter = (name: string, place: "path" | "query"): OpenApiParameter => {
    const field = place === "path" ? fieldOf(name) : name;
    const { description, ...schema } = properties[field] ?? {};
    return {
      name,
      in: place,
      required: place === "path" || required.includes(field),
      ...(typeof description === "string" ? { description } : {}),
      schema,
      ...(example && field in example ? { example: example[field] } : {}),
    };
  };
  const pathParameters = inPath.map((name) => toParameter(name, "path"));
  if (!hasBody(rest)) {
    return { parameters: [...pathParameters, ...others.map((name) => toParameter(name, "query"))], body: undefined };
  }
  return { parameters: pathParameters, body: toBody(pick(properties, others), required, example, others) };
}

function toBody(
  properties: Record<string, JsonSchema>,
  required: string[],
  example: Fields | undefined,
  names: string[],
): OpenApiOperation["requestBody"] {
  if (names.length === 0) return undefined;
  const needed = required.filter((name) => names.includes(name));
  const schema = { type: "object", properties, ...(needed.length > 0 ? { required: needed } : {}) };
  return {
    required: needed.length > 0,
    content: { "application/json": { schema, ...(example ? { example: pick(example, names) } : {}) } },
  };
}

function toSuccess(operation: Operation, schemas: SchemaSet, data: unknown): JsonSchema {
  const schema = toSuccessEnvelope(operation, schemas);
  const example = data === undefined ? {} : { example: exampleSuccess(operation, data) };
  return { description: "Done.", content: { "application/json": { schema, ...example } } };
}

/** The envelope of a success: over REST, and in an acknowledgement. */
export function toSuccessEnvelope(operation: Operation, schemas: SchemaSet): JsonSchema {
  const page = operation.paged ? { pagination: schemas.render(pagination, "output") } : {};
  const properties = { success: { const: true }, data: schemas.render(operation.output, "output"), ...page };
  return { type: "object", properties, required: Object.keys(properties) };
}

/** A page of a list, as a reply event shows it whole. */
export function toPage(operation: Operation, schemas: SchemaSet): JsonSchema {
  const properties = {
    data: schemas.render(operation.output, "output"),
    pagination: schemas.render(pagination, "output"),
  };
  return { type: "object", properties, required: Object.keys(properties) };
}

/** The envelope around an example of an operation's data. */
export function exampleSuccess(operation: Operation, data: unknown): JsonSchema {
  return {
    success: true,
    data,
    ...(operation.paged ? { pagination: { next_cursor: null, has_more: false } } : {}),
  };
}

function errorsOf(operation: Operation, rest: RestDoor): ErrorCode[] {
  return [...operation.errors, ...commonErrors, ...(hasBody(rest) ? (["unsupported_type"] as const) : [])];
}

function hasBody(rest: RestDoor): boolean {
  return rest.method !== "GET" && rest.method !== "DELETE";
}

function pick<Value>(record: Record<string, Value>, names: string[]): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));
}
