/** The examples in the documents are what the schemas say. */
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { type ErrorCode, errorCodes } from "../errors.ts";
import { events } from "../events.ts";
import { type OperationName, operations } from "../operations.ts";
import { eventExamples, examples } from "./examples.ts";
import { exampleFailure, failure } from "./failure.ts";

describe("examples", () => {
  it.each(Object.entries(examples))("of %s can be sent and answered", (name, { input, data }) => {
    const operation = operations[name as OperationName];
    expect(operation.input.safeParse(input).error).toBeUndefined();
    expect(operation.output.parse(data)).toEqual(data);
  });

  it.each(Object.entries(eventExamples))("of %s can be sent", (name, payload) => {
    const tables: Record<string, { payload: z.ZodType }> = events;
    expect(tables[name]?.payload.parse(payload)).toEqual(payload);
  });

  it.each(Object.keys(errorCodes) as ErrorCode[])("of the failure %s can be sent", (code) => {
    expect(failure.parse(exampleFailure(code))).toEqual(exampleFailure(code));
  });
});
