/** The part of a file that a request asks for (RFC 9110, section 14). */

/** The first and the last byte, both included. */
export type Range = { start: number; end: number };

/**
 * One range of bytes. Undefined when the whole is to be sent: there is no range, it is in another unit or not understood,
 * or there are several, which a server may ignore.
 */
export function parseRange(header: string | undefined, size: number): Range | "unsatisfiable" | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replace(/\s/g, "") ?? "");
  if (!match) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  return first === ""
    ? toSuffix(Number(last), size)
    : toPart(Number(first), last === "" ? size - 1 : Number(last), size);
}

function toSuffix(length: number, size: number): Range | "unsatisfiable" {
  return length === 0 || size === 0 ? "unsatisfiable" : { start: Math.max(0, size - length), end: size - 1 };
}

function toPart(start: number, last: number, size: number): Range | "unsatisfiable" | undefined {
  if (last < start && start < size) return undefined;
  return start >= size ? "unsatisfiable" : { start, end: Math.min(last, size - 1) };
}
