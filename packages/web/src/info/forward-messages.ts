/** Sends copies of messages to rooms, and says which rooms did not get which. */
import { type PipitClient, PipitError, type PipitErrorCode } from "@pipit/client";
import type { Room } from "@pipit/protocol/models/room";

/** A message, and where it is to go. Its client id makes a retry harmless. */
export type ForwardJob = { messageId: string; clientMessageId: string; rooms: readonly Room[] };

export type ForwardFailure = { job: ForwardJob; room: Room; code: PipitErrorCode };

/** One message after the other, in their order. Never rejects. */
export async function forwardMessages(
  { api }: PipitClient,
  jobs: readonly ForwardJob[],
): Promise<readonly ForwardFailure[]> {
  const failures: ForwardFailure[] = [];
  for (const job of jobs) failures.push(...(await forwardOne(api, job)));
  return failures;
}

async function forwardOne(api: PipitClient["api"], job: ForwardJob): Promise<ForwardFailure[]> {
  try {
    const { failed } = await api.messages.forward({
      message_id: job.messageId,
      target_room_ids: job.rooms.map(({ id }) => id),
      client_message_id: job.clientMessageId,
    });
    return failed.flatMap(({ room_id, code }) => {
      const room = job.rooms.find(({ id }) => id === room_id);
      return room ? [{ job, room, code }] : [];
    });
  } catch (error) {
    const code = error instanceof PipitError ? error.code : "internal";
    return job.rooms.map((room) => ({ job, room, code }));
  }
}

/** What is left to do after some failed. */
export function toRetry(failures: readonly ForwardFailure[]): ForwardJob[] {
  const jobs = new Map<string, ForwardJob>();
  for (const { job, room } of failures) {
    const rooms = jobs.get(job.messageId)?.rooms ?? [];
    jobs.set(job.messageId, { ...job, rooms: [...rooms, room] });
  }
  return [...jobs.values()];
}
