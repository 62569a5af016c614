/** Says what is wrong with an answer, whichever door gave it. */
import { errorCodes } from "@pipit/protocol/errors";
import { commonErrors, type Operation } from "@pipit/protocol/operation";
import { isFields } from "./json-text.ts";

/** Codes that are a fault of the server, as long as nobody takes anything away from it. */
const faults: readonly string[] = ["internal", "unavailable", "storage_full"];

/** What is refused for want of time: a room is changed by one request at a time, and the others wait for a while only. */
export const busy = "unavailable: the room is busy";

export type Verdict = {
  /** `ok`, or the code of the refusal; what is no envelope is `malformed`. */
  outcome: string;
  /** Nothing, when the answer is as it must be. */
  complaint?: string;
};

type Judged = {
  reply: unknown;
  /** The operation that must have answered; undefined when any may have. */
  operation: Operation | undefined;
  /** Of a REST answer. */
  status?: number;
  /** Whether the data is held against its schema, which takes time. */
  isThorough: boolean;
};

export function judgeReply(judged: Judged): Verdict {
  const { reply } = judged;
  if (!isFields(reply)) return { outcome: "malformed", complaint: "no envelope" };
  return reply.success === true ? judgeSuccess(judged, reply) : judgeFailure(judged, reply);
}

function judgeSuccess({ operation, status, isThorough }: Judged, reply: Record<string, unknown>): Verdict {
  const outcome = "ok";
  if (!("data" in reply)) return { outcome, complaint: "success without data" };
  if (!operation) return { outcome };
  if (status !== undefined && status !== (operation.rest?.status ?? 200)) {
    return { outcome, complaint: `success with status ${status}` };
  }
  const parsed = isThorough ? operation.output.safeParse(reply.data) : { success: true as const };
  return parsed.success ? { outcome } : { outcome, complaint: `data that the schema refuses: ${parsed.error.message}` };
}

function judgeFailure({ operation, status }: Judged, reply: Record<string, unknown>): Verdict {
  const { code, error, request_id: requestId, retry_after: retryAfter } = reply;
  const outcome = typeof code === "string" ? code : "malformed";
  const known = Object.hasOwn(errorCodes, outcome) ? errorCodes[outcome as keyof typeof errorCodes] : undefined;
  const complain = (complaint: string): Verdict => ({ outcome, complaint });
  if (!known) return complain(`an unknown code: ${JSON.stringify(reply).slice(0, 200)}`);
  if (isBusy(reply)) return { outcome: busy };
  if (faults.includes(outcome)) return complain(`a fault: ${outcome}, ${String(error)}`);
  if (typeof error !== "string" || typeof requestId !== "string") return complain("a failure without its fields");
  if (status !== undefined && status !== known.status) return complain(`${outcome} with status ${status}`);
  if (outcome === "rate_limited" && !(typeof retryAfter === "number" && retryAfter >= 1)) {
    return complain("rate_limited without retry_after");
  }
  const declared: readonly string[] = operation ? [...commonErrors, ...operation.errors] : [outcome];
  return declared.includes(outcome) ? { outcome } : complain(`${outcome} is not declared`);
}

function isBusy({ code, error, retry_after: retryAfter }: Record<string, unknown>): boolean {
  return code === "unavailable" && error === "The room is busy." && typeof retryAfter === "number";
}
