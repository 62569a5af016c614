/** What every reply must be, however bad the request was. */
import { type ErrorCode, errorCodes } from "@pipit/protocol/errors";
import { commonErrors, type Operation } from "@pipit/protocol/operation";
import { expect } from "vitest";
import { z } from "zod";

const failure = z.strictObject({
  success: z.literal(false),
  error: z.string().min(1),
  code: z.enum(Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]]),
  details: z.unknown().optional(),
  retry_after: z.number().min(1).optional(),
  request_id: z.string().min(1),
});

const success = z.strictObject({ success: z.literal(true), data: z.unknown(), pagination: z.unknown().optional() });

/**
 * Checks the envelope, that the code is one that the operation declares, and that it is no fault of the server.
 * @param status of the REST reply; a socket has none
 * @returns the code, or `ok`
 */
export function checkReply(operation: Operation, reply: unknown, label: string, status?: number): ErrorCode | "ok" {
  if (success.safeParse(reply).success) {
    const { data } = success.parse(reply);
    expect(operation.output.safeParse(data).data, label).toEqual(data);
    if (status !== undefined) expect(status, label).toBe(operation.rest?.status ?? 200);
    return "ok";
  }
  const code = checkFailure(reply, label, status);
  const declared: readonly ErrorCode[] = [...commonErrors, ...operation.errors];
  expect(declared, `${label}: the code is declared`).toContain(code);
  return code;
}

/** Checks the envelope of a refusal that belongs to no operation. @returns the code */
export function checkFailure(reply: unknown, label: string, status?: number): ErrorCode {
  const parsed = failure.safeParse(reply);
  expect(parsed.success, `${label}: ${JSON.stringify(reply)?.slice(0, 500)} has the envelope`).toBe(true);
  const { code, retry_after } = failure.parse(reply);
  expect(code, label).not.toBe("internal");
  if (code === "rate_limited") expect(retry_after, `${label}: says when to come back`).toBeGreaterThanOrEqual(1);
  if (status !== undefined) expect(status, label).toBe(errorCodes[code].status);
  return code;
}
