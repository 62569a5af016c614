/** One request to an address that the server named: no token goes along, and it ends in time. */
import type { ErrorCode } from "@pipit/protocol/errors";
import { inTime, type Limit } from "../connection/in-time.ts";
import { fromFailure, networkError } from "../errors.ts";
import { findXhr, sendByXhr } from "./send-by-xhr.ts";
import type { UploadParts } from "./upload-task.ts";

export type Attempt = {
  method: "PUT" | "PATCH" | "HEAD";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: Blob;
  signal: AbortSignal;
  /** How much of the body has gone; where `fetch` sends, this is not known. */
  onSent?: (bytes: number) => void;
};

export type Answer = { status: number; header(name: string): string | null };

/** @throws {PipitError} for any other answer than success, `network`, `timeout`, or `aborted` when the signal says so */
export type Send = (attempt: Attempt) => Promise<Answer>;

export function createSend(parts: UploadParts): Send {
  const { XMLHttpRequest: Xhr = findXhr() } = parts;
  return (attempt) =>
    inTime(parts, attempt.signal, async (limit) => {
      const { body } = attempt;
      const sending = body && Xhr ? sendByXhr(Xhr, attempt, body, limit) : sendByFetch(parts, attempt, limit);
      return requireSuccess(await sending.catch((error) => Promise.reject(networkError(error))));
    });
}

const patienceMs = 60_000;
const slowestBytesPerMs = 4;

async function sendByFetch(parts: UploadParts, { method, url, headers, body }: Attempt, limit: Limit): Promise<Answer> {
  limit.allow(patienceMs + (body?.size ?? 0) / slowestBytesPerMs);
  const response = await parts.fetch(url, {
    method,
    headers,
    signal: limit.signal,
    body: body ?? null,
    // No cookies, and no following: what the server named is where it goes, and an address that leads on is refused.
    credentials: "omit",
    redirect: "manual",
  });
  // Read to its end, so that the connection can be used again.
  await response.text();
  return { status: response.status, header: (name) => response.headers.get(name) };
}

// Stores and proxies answer without our envelope; where there is one, its status says the same.
const codes: Record<number, ErrorCode> = {
  403: "forbidden",
  404: "not_found",
  408: "unavailable",
  409: "conflict",
  410: "gone",
  413: "too_large",
  415: "unsupported_type",
  429: "rate_limited",
  507: "storage_full",
};

function requireSuccess(answer: Answer): Answer {
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  const retryAfter = Number(answer.header("Retry-After") ?? "none");
  throw fromFailure({
    code: codes[status] ?? (status >= 500 ? "unavailable" : "invalid_request"),
    error: `Sending was answered with ${status}.`,
    retry_after: retryAfter >= 0 ? retryAfter : undefined,
  });
}
