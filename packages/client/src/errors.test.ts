/** The SDK's errors against the table of the wire. */
import { type ErrorCode, errorCodes } from "@pipit/protocol/errors";
import { describe, expect, it } from "vitest";
import { fromFailure } from "./errors.ts";

describe("errors", () => {
  it("may be tried again exactly where the wire says so", () => {
    const said = Object.entries(errorCodes).map(([code, { retryable }]) => [code, retryable]);
    const known = (Object.keys(errorCodes) as ErrorCode[]).map((code) => [code, fromFailure({ code }).retryable]);
    expect(known).toEqual(said);
  });

  it("carry what the server said", () => {
    const failure = { code: "rate_limited", error: "Please wait.", retry_after: 3, request_id: "r1", details: [1] };
    expect(fromFailure(failure)).toMatchObject({
      code: "rate_limited",
      message: "Please wait.",
      retryAfterMs: 3_000,
      requestId: "r1",
      details: [1],
    });
  });
});
