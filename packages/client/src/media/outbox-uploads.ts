/** Uploads of messages that wait in the outbox: begun, gone on with after a restart, and given up with the message. */
import type { Media } from "@pipit/protocol/models/media";
import { faults } from "../outbox/faults.ts";
import type { OutboxItem, SendAction } from "../outbox/outbox-item.ts";
import type { Topics } from "../state/query.ts";
import { startUpload } from "./start-upload.ts";
import type { UploadCheckpoint, UploadParts, UploadSnapshot, UploadTask } from "./upload-task.ts";

type Progress = { checkpoint?: UploadCheckpoint | undefined; uploadId?: string | undefined };

export type OutboxUploads = {
  /** Resolves with the upload's id once it is a medium. @throws {PipitError} */
  upload(item: OutboxItem, action: SendAction): Promise<string>;
  /** Gives up the upload of an item that is discarded, also one that another page load began. */
  discard(item: OutboxItem): void;
  /** How far an upload is; undefined while it has not begun here. */
  find(itemId: string): UploadSnapshot | undefined;
  pause(itemId: string): void;
  resume(itemId: string): void;
  stop(): void;
};

type Parts = {
  upload: UploadParts;
  topics: Topics;
  /** Keeps how far an upload has come, for the next try. */
  note(item: OutboxItem, progress: Progress): Promise<void>;
  onError(error: unknown): void;
};

export function uploadTopic(itemId: string): string {
  return `upload:${itemId}`;
}

export function createOutboxUploads({ upload, topics, note, onError }: Parts): OutboxUploads {
  const tasks = new Map<string, UploadTask>();
  const begin = (item: OutboxItem, attachment: NonNullable<SendAction["attachment"]>): UploadTask => {
    const task = startUpload(upload, attachment, { resumeFrom: attachment.checkpoint });
    let noted = task.checkpoint();
    task.subscribe(() => {
      topics.touch(uploadTopic(item.id));
      const checkpoint = task.checkpoint();
      if (checkpoint === noted) return;
      noted = checkpoint;
      note(item, { checkpoint }).catch(onError);
    });
    tasks.set(item.id, task);
    return task;
  };
  return {
    async upload(item, { attachment }) {
      if (!attachment) throw new Error("the message has no file");
      if (attachment.uploadId !== undefined) return attachment.uploadId;
      const task = tasks.get(item.id) ?? begin(item, attachment);
      task.resume();
      try {
        const media = await untilFault(task);
        // A store that refuses it costs at most another upload after a restart.
        await note(item, { uploadId: media.id }).catch(onError);
        return media.id;
      } finally {
        if (task.getSnapshot().state !== "paused") tasks.delete(item.id);
        topics.touch(uploadTopic(item.id));
      }
    },
    discard({ id, action }) {
      const attachment = action.kind === "send" ? action.attachment : undefined;
      const task = tasks.get(id);
      if (task) task.abort();
      // One that is a medium may be in a message already, of which no answer came.
      else if (attachment?.checkpoint && attachment.uploadId === undefined)
        startUpload(upload, attachment, { resumeFrom: attachment.checkpoint }).abort();
    },
    find: (itemId) => tasks.get(itemId)?.getSnapshot(),
    pause: (itemId) => tasks.get(itemId)?.pause(),
    resume: (itemId) => tasks.get(itemId)?.resume(),
    // The server keeps what it has: the checkpoint goes on from there.
    stop() {
      for (const task of tasks.values()) task.pause();
    },
  };
}

/** A fault of the server's is for the outbox to count: an upload alone would try for ever, and hold up the room. */
function untilFault(task: UploadTask): Promise<Media> {
  const { error: before } = task.getSnapshot();
  return new Promise((resolve, reject) => {
    const end = task.subscribe(() => {
      const { error } = task.getSnapshot();
      // That of the last try is shown until this one has come further.
      if (!error || error === before || !faults.has(error.code)) return;
      end();
      task.pause();
      reject(error);
    });
    task.done.then(resolve, reject).finally(end);
  });
}
