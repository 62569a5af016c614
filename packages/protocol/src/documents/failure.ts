/** The envelope of a failed request, as a schema. */
import { z } from "zod";
import { type ErrorCode, errorCodes, type Failure } from "../errors.ts";

export const codes = Object.keys(errorCodes) as ErrorCode[];

const parts = {
  error: z.string().describe("A sentence for people."),
  code: z.enum(codes),
  details: z
    .unknown()
    .exactOptional()
    .describe("What is wrong in particular; for `invalid_request` a list of `{path, message}`."),
  retry_after: z.number().min(0).exactOptional().describe("Seconds to wait before trying again."),
  request_id: z.string().describe("The name of this request in the server's log."),
};

export const failure: z.ZodType<Failure> = z.object({ success: z.literal(false), ...parts }).meta({ id: "Failure" });

/** The same without the envelope's mark: what an error event carries. */
export const bareFailure: z.ZodType<BareFailure> = z.object(parts).meta({ id: "BareFailure" });

type BareFailure = Omit<Failure, "success">;

/** What a failure looks like. */
export function exampleFailure(code: ErrorCode): Failure {
  const { summary, retryable } = errorCodes[code];
  return {
    success: false,
    error: summary,
    code,
    ...(code === "invalid_request" ? { details: [{ path: "room_id", message: "must not be blank" }] } : {}),
    ...(retryable && code !== "internal" ? { retry_after: 2 } : {}),
    request_id: "0198c2f4-6d1b-7c3e-9a52-3f0d7b1c8e44",
  };
}

/** What an error event looks like. */
export function exampleBareFailure(code: ErrorCode): BareFailure {
  const { success: _, ...rest } = exampleFailure(code);
  return rest;
}
