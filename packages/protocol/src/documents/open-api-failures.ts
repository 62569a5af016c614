/** The responses of failed requests: one for each HTTP status, which several codes may share. */
import { type ErrorCode, errorCodes } from "../errors.ts";
import { codes, exampleFailure, failure } from "./failure.ts";
import type { JsonSchema, SchemaSet } from "./schema-set.ts";

export type FailureResponses = {
  /** References to the responses of these codes, by status. */
  refer(codes: readonly ErrorCode[]): Record<string, JsonSchema>;
  /** The responses that were referred to so far, by name. */
  named: Record<string, JsonSchema>;
};

export function failureResponses(schemas: SchemaSet): FailureResponses {
  const named: Record<string, JsonSchema> = {};
  const referTo = (shared: ErrorCode[]) => {
    const name = shared.join("_or_");
    named[name] ??= toResponse(shared, schemas);
    return { $ref: `#/components/responses/${name}` };
  };
  return {
    named,
    refer: (wanted) => {
      // In the order of the table of codes, so that the same codes always share one response.
      const chosen = codes.filter((code) => wanted.includes(code));
      const byStatus = Map.groupBy(chosen, (code) => errorCodes[code].status);
      return Object.fromEntries([...byStatus].map(([status, shared]) => [String(status), referTo(shared)]));
    },
  };
}

function toResponse(shared: ErrorCode[], schemas: SchemaSet): JsonSchema {
  const mayRetry = shared.some((code) => errorCodes[code].retryable);
  const schema = { allOf: [schemas.render(failure, "output"), { properties: { code: { enum: shared } } }] };
  const examples = Object.fromEntries(shared.map((code) => [code, { value: exampleFailure(code) }]));
  return {
    description: shared.map((code) => `\`${code}\`: ${errorCodes[code].summary}`).join(" "),
    ...(mayRetry ? { headers: { "Retry-After": retryAfter } } : {}),
    content: { "application/json": { schema, examples } },
  };
}

const retryAfter = {
  description: "Seconds to wait, when the server knows; the same as `retry_after`.",
  schema: { type: "integer", minimum: 0 },
};
