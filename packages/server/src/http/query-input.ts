/** Input that came in a query: text, where the schema may want numbers. */
import type { Operation } from "@pipit/protocol/operation";
import { z } from "zod";

const known = new WeakMap<Operation, ReadonlySet<string>>();

/** The fields of an operation's input that are numbers. */
export function findNumberFields(operation: Operation): ReadonlySet<string> {
  const cached = known.get(operation);
  if (cached) return cached;
  const fields = Object.entries(operation.input.shape).filter(([, schema]) => unwrap(schema) instanceof z.ZodNumber);
  const names = new Set(fields.map(([name]) => name));
  known.set(operation, names);
  return names;
}

/** What a query gives, the first value of each name. What should be a number and isn't stays text, and is refused. */
export function toQueryInput(query: URLSearchParams, numbers: ReadonlySet<string>): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, value] of query) {
    if (Object.hasOwn(input, name)) continue;
    const isNumber = numbers.has(name) && /^-?\d{1,16}$/.test(value);
    Object.defineProperty(input, name, { value: isNumber ? Number(value) : value, enumerable: true });
  }
  return input;
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable
    ? unwrap(schema.unwrap())
    : schema;
}
