/** Checks options of a command with the schema of the operation that does the same. */
import type { z } from "zod";

/** @throws {Error} with a sentence that names each option that is wrong */
export function parseOptions<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; "));
}
