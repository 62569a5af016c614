/** Refusals that don't end an upload: it goes on in another way. */
import type { PipitErrorCode } from "../errors.ts";
import type { UploadRun } from "./run-upload.ts";

/** What an upload is about. */
export type Phase = "request" | "resume" | "send" | "confirm";

/** So many in a row, without more of the file being there than ever, are enough. */
const mostDetours = 4;

/** Changes the run so that it goes on in another way. @returns false if there is none */
export function findDetour(run: UploadRun, code: PipitErrorCode): boolean {
  const isFinal = run.phase !== "send" || code === "too_large" || code === "unsupported_type" || code === "internal";
  const take = isFinal ? detours[run.phase]?.[code] : renew;
  run.detours += 1;
  if (!take || run.detours > mostDetours) return false;
  take(run);
  return true;
}

type Detour = (run: UploadRun) => void;

const detours: Partial<Record<Phase, Partial<Record<PipitErrorCode, Detour>>>> = {
  // It was swept away, or refused when it was confirmed: the answer to that was lost, and comes again.
  resume: { not_found: startOver, gone: startOver, conflict: findArrived },
  confirm: {
    not_found: startOver,
    gone: startOver,
    conflict: (run) => (run.isOver ? startOver(run) : mark(run, false)),
  },
};

// An address that is refused has expired, as a rule; or the upload was confirmed already. Of one in pieces the server is
// asked anyway.
function renew(run: UploadRun): void {
  if (run.upload?.put) findArrived(run);
}

// Another upload. The old one is never deleted here, only left to the server's sweep.
function startOver(run: UploadRun): void {
  run.setUpload(undefined);
}

// There is no going on with it: as when it was confirmed, and the answer to that was lost. Confirming tells.
function findArrived(run: UploadRun): void {
  run.isOver = true;
  mark(run, true);
}

function mark(run: UploadRun, isSent: boolean): void {
  if (run.upload) run.setUpload({ ...run.upload, isSent });
}
