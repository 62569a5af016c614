/** What no input may have, whatever its schema: too deep a nesting, NUL characters, broken UTF-16. */
import { AppError } from "../app-error.ts";

const maxDepth = 16;
const maxValues = 20_000;

type Finding = { path: string; message: string };
type Visit = { value: unknown; path: string; depth: number };

/**
 * Walks a value that came as JSON, without recursion: it may be as deep as an attacker likes.
 * @throws {AppError} `invalid_request`
 */
export function inspectInput(input: unknown): void {
  const pending: Visit[] = [{ value: input, path: "", depth: 0 }];
  let seen = 0;
  for (let visit = pending.pop(); visit; visit = pending.pop()) {
    seen += 1;
    const finding = seen > maxValues ? { path: "", message: "has too many values" } : inspectValue(visit);
    if (finding) throw new AppError("invalid_request", { details: [finding] });
    pushChildren(pending, visit);
  }
}

// PostgreSQL stores no NUL, and half a surrogate pair is no character in UTF-8.
function inspectValue({ value, path, depth }: Visit): Finding | undefined {
  if (typeof value === "string") {
    if (value.includes("\0")) return { path, message: "must not contain NUL characters" };
    if (!value.isWellFormed()) return { path, message: "must be well-formed Unicode" };
    return undefined;
  }
  if (Buffer.isBuffer(value)) return { path, message: "must not be binary" };
  if (typeof value === "object" && value !== null && depth > maxDepth) return { path, message: "is nested too deeply" };
  return undefined;
}

function pushChildren(pending: Visit[], { value, path, depth }: Visit): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    const isScalar = typeof child === "number" || typeof child === "boolean" || child === null;
    if (!isScalar) pending.push({ value: child, path: path === "" ? key : `${path}.${key}`, depth: depth + 1 });
  }
}
