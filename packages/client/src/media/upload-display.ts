/** What is shown of an upload, and to whom. */
import { createListeners } from "../state/listeners.ts";
import type { UploadSnapshot } from "./upload-task.ts";

export type UploadDisplay = {
  getSnapshot(): UploadSnapshot;
  subscribe(listener: () => void): () => void;
  /** Makes another snapshot. */
  show(change: Partial<UploadSnapshot>): void;
  notify(): void;
};

export function createUploadDisplay(total: number): UploadDisplay {
  const listeners = createListeners();
  let snapshot: UploadSnapshot = Object.freeze({ state: "waiting", sent: 0, total });
  const notify = (): void => {
    for (const listener of listeners.of("")) callApart(listener);
  };
  return {
    getSnapshot: () => snapshot,
    subscribe: (listener) => listeners.add([""], listener),
    show(change) {
      snapshot = Object.freeze({ ...snapshot, ...change });
      notify();
    },
    notify,
  };
}

// What a listener throws is its own affair: it is reported as uncaught, and neither the others nor the upload feel it.
function callApart(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
