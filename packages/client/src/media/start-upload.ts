/** Uploads a file, through interruptions, until it is a medium. */
import type { Media } from "@pipit/protocol/models/media";
import { abortedError } from "../errors.ts";
import { forgetUpload } from "./forget-upload.ts";
import { runUpload, type UploadRun } from "./run-upload.ts";
import { createSend } from "./send-bytes.ts";
import { toFailure } from "./sleep.ts";
import type { UploadSource } from "./source.ts";
import { createUploadDisplay, type UploadDisplay } from "./upload-display.ts";
import { createUploadPace, type UploadPace } from "./upload-pace.ts";
import type { UploadOptions, UploadParts, UploadSnapshot, UploadTask } from "./upload-task.ts";

/**
 * Begins at once; a task that is paused before its caller returns asks and sends nothing. Small files go by one PUT, larger
 * ones by tus or in parts, as the server says. What may be retried is, for as long as it takes.
 */
export function startUpload(parts: UploadParts, source: UploadSource, options: UploadOptions = {}): UploadTask {
  const display = createUploadDisplay(source.blob.size);
  const pace = createUploadPace(parts);
  const run = createRun({ parts, source, options, pace }, display);
  const outcome = createOutcome();
  const end = (change: Partial<UploadSnapshot>): void => {
    if (!isOver(display.getSnapshot())) display.show(change);
  };
  // Not before the caller has returned.
  const ended = Promise.resolve()
    .then(() => runUpload(run))
    .then(
      (media) => {
        end({ state: "done", sent: source.blob.size, media, error: undefined });
        outcome.resolve(media);
      },
      (error: unknown) => {
        const failure = toFailure(error);
        end({ state: "failed", error: failure });
        outcome.reject(failure);
      },
    );
  return {
    subscribe: display.subscribe,
    getSnapshot: display.getSnapshot,
    checkpoint: () => run.upload,
    done: outcome.promise,
    pause() {
      pace.pause();
      run.show({});
    },
    resume() {
      run.detours = 0;
      pace.resume();
      if (display.getSnapshot().state === "paused") run.show({ state: "waiting" });
    },
    abort() {
      if (["done", "aborted"].includes(display.getSnapshot().state)) return;
      pace.abort();
      display.show({ state: "aborted", error: undefined });
      outcome.reject(abortedError());
      // A call that is under way may yet make what has to be forgotten.
      void ended.then(() => forgetUpload(run, display));
    },
  };
}

type Given = Pick<UploadRun, "parts" | "source" | "options"> & { pace: UploadPace };

function createRun(given: Given, display: UploadDisplay): UploadRun {
  const { resumeFrom } = given.options;
  const run: UploadRun = {
    ...given,
    send: createSend(given.parts),
    // Another size is another file.
    upload: resumeFrom?.fileSize === given.source.blob.size ? resumeFrom : undefined,
    setUpload(upload) {
      run.upload = upload;
      display.notify();
    },
    show(change) {
      const state = change.state ?? display.getSnapshot().state;
      if (isOver(display.getSnapshot())) return;
      display.show({ ...change, state: given.pace.isPaused() && state !== "confirming" ? "paused" : state });
    },
    target: undefined,
    phase: "request",
    isOver: false,
    detours: 0,
    most: 0,
  };
  return run;
}

// What becomes of it, once: what comes later changes nothing. Nobody has to look, since the snapshot says it too.
function createOutcome() {
  const outcome = {} as PromiseWithResolvers<Media>;
  outcome.promise = new Promise((resolve, reject) => Object.assign(outcome, { resolve, reject }));
  outcome.promise.catch(() => {});
  return outcome;
}

function isOver({ state }: UploadSnapshot): boolean {
  return ["done", "failed", "aborted"].includes(state);
}
