/** Tells the server how far messages have come to this device, as few times as will do. */
import type { Output } from "@pipit/protocol/operations";
import type { Call } from "../connection/caller.ts";
import type { Environment, Timer } from "../environment.ts";
import { toPipitError } from "../errors.ts";

export type DeliverMarks = {
  /** A room's messages are here up to a sequence. */
  note(roomId: string, upTo: number, memberCount: number): void;
  forget(roomId: string): void;
  stop(): void;
};

type Parts = {
  env: Environment;
  call: Call;
  isOnline(): boolean;
  onMarked(reply: Output<"receipts.markDelivered">): void;
};

const soonMs = 300;
/**
 * What one receipt costs grows with the members who hear of it: of a large room they come seldom and spread out. While
 * messages flow, a device hears of about thirteen a second, whatever the size of the room.
 */
const msPerMember = 150;
const maxMs = 120_000;

export function createDeliverMarks({ env, call, isOnline, onMarked }: Parts): DeliverMarks {
  const due = new Map<string, { upTo: number; told: number; timer: Timer }>();
  const tell = async (roomId: string): Promise<void> => {
    const mark = due.get(roomId);
    if (!mark) return;
    mark.timer = undefined;
    // Coming back online notes every room again.
    if (!isOnline() || mark.upTo <= mark.told) return;
    const upTo = mark.upTo;
    try {
      const { data } = await call("receipts.markDelivered", { room_id: roomId, up_to_sequence: upTo });
      mark.told = Math.max(mark.told, upTo);
      onMarked(data);
    } catch (error) {
      const { retryable, retryAfterMs = 5_000 } = toPipitError(error);
      // It may have been forgotten meanwhile.
      if (retryable && due.get(roomId) === mark) mark.timer ??= env.setTimeout(() => void tell(roomId), retryAfterMs);
    }
  };
  return {
    note(roomId, upTo, memberCount) {
      const mark = due.get(roomId) ?? { upTo: 0, told: 0, timer: undefined };
      due.set(roomId, mark);
      mark.upTo = Math.max(mark.upTo, upTo);
      if (mark.upTo <= mark.told || mark.timer !== undefined) return;
      const spread = Math.min(maxMs, memberCount * msPerMember) * env.random();
      mark.timer = env.setTimeout(() => void tell(roomId), soonMs + spread);
    },
    forget(roomId) {
      env.clearTimeout(due.get(roomId)?.timer);
      due.delete(roomId);
    },
    stop() {
      for (const mark of due.values()) env.clearTimeout(mark.timer);
      due.clear();
    },
  };
}
