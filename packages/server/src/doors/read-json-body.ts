/** Reads a request's body as a JSON object, within a limit. */
import { AppError } from "../app-error.ts";
import { readInTime } from "./read-in-time.ts";

const patienceMs = 60_000;

/** What only a program or a page that we allowed can send: a page of another origin would have to ask first. */
export const jsonTypes = /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i;

/** The same, and text, which is what `fetch` says of a body when it is not told otherwise. */
export const jsonOrTextTypes = /^(application\/(json|[\w.+-]+\+json)|text\/plain)\s*(;|$)|^$/i;

/**
 * The object that the body holds; an absent body is an empty object.
 * @param types the content types that are taken
 * @throws {AppError} `too_large`, `unsupported_type` or `invalid_request`
 */
export async function readJsonBody(
  request: Request,
  maxBytes: number,
  types: RegExp,
): Promise<Record<string, unknown>> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) return {};
  if (!types.test(request.headers.get("content-type") ?? "")) {
    throw new AppError("unsupported_type", { message: "Send the body as application/json." });
  }
  return parseObject(bytes);
}

async function readBytes(request: Request, maxBytes: number): Promise<Buffer> {
  if (!request.body) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readInTime(request.body, { idleMs: patienceMs, totalMs: patienceMs })) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseObject(bytes: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new AppError("invalid_request", { cause, details: [{ path: "", message: "the body is not JSON in UTF-8" }] });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new AppError("invalid_request", { details: [{ path: "", message: "the body must be a JSON object" }] });
  }
  return { ...value };
}

function tooLarge(maxBytes: number): AppError {
  return new AppError("too_large", { message: `The body exceeds ${maxBytes} bytes.` });
}
