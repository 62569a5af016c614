/** A fingerprint of the wire contract: it changes when clients could notice, and not when a sentence is reworded. */

import type { z } from "zod";
import { errorCodes } from "../errors.ts";
import { events } from "../events.ts";
import { commonErrors, type Operation } from "../operation.ts";
import { operations } from "../operations.ts";
import { createSchemaSet } from "./schema-set.ts";

export type Contract = {
  operations: Record<string, Operation>;
  events: Record<string, { audience: string; payload: z.ZodType }>;
  errorCodes: Record<string, { status: number; retryable: boolean }>;
  commonErrors: readonly string[];
};

export const contract: Contract = { operations, events, errorCodes, commonErrors };

/** SHA-256, in hexadecimal, of the tables in a form in which neither order nor wording counts. */
export async function hashContract(tables: Contract = contract): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(sortKeys(toCanonical(tables))));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toCanonical({ operations, events, errorCodes, commonErrors }: Contract): unknown {
  const schemas = createSchemaSet({ place: "#/schemas", target: "draft-2020-12", bare: true });
  return {
    operations: mapValues(operations, ({ summary: _, input, output, errors, ...doors }) => ({
      ...doors,
      errors: [...errors].sort(),
      input: schemas.render(input, "input"),
      output: schemas.render(output, "output"),
    })),
    events: mapValues(events, ({ audience, payload }) => ({ audience, payload: schemas.render(payload, "output") })),
    errorCodes: mapValues(errorCodes, ({ status, retryable }) => ({ status, retryable })),
    commonErrors: [...commonErrors].sort(),
    schemas: schemas.named,
  };
}

function mapValues<Value, Result>(record: Record<string, Value>, change: (value: Value) => Result) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
