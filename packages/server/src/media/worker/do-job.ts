/** Does one job and puts its end into words. */
import type { Refusal } from "../media-processor.ts";
import type { Answer, Inspected, Job, Tools } from "../worker-messages.ts";
import { inspectFile } from "./inspect-file.ts";
import { transformPicture } from "./pictures/transform-picture.ts";
import { KilledError } from "./recordings/run-tool.ts";

/** Never fails: what goes wrong is an answer as well. */
export async function doJob(job: Job, tools: Tools): Promise<Answer> {
  try {
    return toAnswer(job.task === "inspect" ? await inspectFile(job, tools) : await transformPicture(job));
  } catch (error) {
    const reason = (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, 2000);
    if (error instanceof KilledError) return { answer: "killed", how: error.message.slice(0, 2000) };
    return { answer: "failed", reason, ...findErrno(error) };
  }
}

function toAnswer(result: Inspected | Refusal | "transformed"): Answer {
  if (result === "transformed") return { answer: "transformed" };
  if ("code" in result) return { answer: "refused", code: result.code, message: result.message.slice(0, 300) };
  return { answer: "inspected", inspected: result };
}

function findErrno(error: unknown): { errno?: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? { errno: error.code.slice(0, 20) }
    : {};
}
