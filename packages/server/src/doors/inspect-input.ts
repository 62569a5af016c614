/** What no input may have, whatever its schema: too deep a nesting, NUL characters, broken UTF-16. */
import { AppError } from "../app-error.ts";

const maxDepth = 16;
const maxValues = 20_000;

/**
 * Walks a value that came as JSON, no deeper than what is refused.
 * @throws {AppError} `invalid_request`
 */
export function inspectInput(input: unknown): void {
  const budget = { values: maxValues };
  inspectValue(input, "", 0, budget);
}

function inspectValue(value: unknown, path: string, depth: number, budget: { values: number }): void {
  budget.values -= 1;
  if (budget.values < 0) throw refusal("", "has too many values");
  if (typeof value === "string") inspectText(value, path);
  if (typeof value !== "object" || value === null) return;
  if (depth > maxDepth) throw refusal(path, "is nested too deeply");
  if (Buffer.isBuffer(value)) throw refusal(path, "must not be binary");
  for (const key of Object.keys(value)) {
    const child = (value as Record<string, unknown>)[key];
    inspectValue(child, path === "" ? key : `${path}.${key}`, depth + 1, budget);
  }
}

// PostgreSQL stores no NUL, and half a surrogate pair is no character in UTF-8.
function inspectText(value: string, path: string): void {
  if (value.includes("\0")) throw refusal(path, "must not contain NUL characters");
  if (!value.isWellFormed()) throw refusal(path, "must be well-formed Unicode");
}

function refusal(path: string, message: string): AppError {
  return new AppError("invalid_request", { details: [{ path, message }] });
}
