/**
 * What devices have done lately, kept in memory and written down twice a minute, so that a request costs no write. What a
 * killed server had not written is lost: at most that half minute.
 */
import type { Services } from "../../context.ts";
import type { DeviceKey } from "../../ports/audiences/audiences.ts";
import { type Activity, saveActivity } from "./devices-store.ts";

/** What a device did beside being there: a sync, a message of this sequence received or read. */
export type Did = { sync?: boolean | undefined; messageSeq?: number | undefined };

export type DeviceActivity = {
  /** The device has done something now. */
  note(device: DeviceKey, did?: Did): void;
  /** What it has done that may not be written down yet. */
  find(device: DeviceKey): Activity | undefined;
  /** Writes down what there is. @throws whatever the database throws; what was to be written is kept then */
  flush(): Promise<void>;
  /** Writes down what there is, and from then on only when told to. A failure is logged. */
  close(): Promise<void>;
};

type Entry = DeviceKey & Activity;

const flushEveryMs = 30_000;
const maxEntries = 10_000;

type ActivityParts = Pick<Services, "db" | "clock" | "log">;

export function createDeviceActivity(parts: ActivityParts): DeviceActivity {
  return new ActivityNotes(parts);
}

class ActivityNotes implements DeviceActivity {
  readonly #parts: ActivityParts;
  readonly #timer: NodeJS.Timeout;
  #waiting = new Map<string, Entry>();
  #beingWritten = new Map<string, Entry>();
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: ActivityParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => void this.#flushOrLog(), flushEveryMs);
    this.#timer.unref();
  }

  note({ tenantId, userId, deviceId }: DeviceKey, { sync = false, messageSeq }: Did = {}): void {
    const now = this.#parts.clock.now();
    const key = toKey({ tenantId, userId, deviceId });
    // Beyond the limit what others did is written early; until it has been taken for that, newcomers are left out.
    if (this.#isFull(key) && this.#beingWritten.size === 0) void this.#flushOrLog();
    this.#put(key, { tenantId, userId, deviceId, activeAt: now, syncAt: sync ? now : undefined, messageSeq });
  }

  find(device: DeviceKey): Activity | undefined {
    const [older, newer] = [this.#beingWritten.get(toKey(device)), this.#waiting.get(toKey(device))];
    return older && newer ? merge(older, newer) : (newer ?? older);
  }

  // One at a time: a second would take what the first has yet to put back for written.
  flush(): Promise<void> {
    const next = this.#writing.then(() => this.#write());
    // Whoever asked for it is told of its failure; the one after it is not kept from trying.
    this.#writing = next.catch(() => {});
    return next;
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    return this.#flushOrLog();
  }

  async #write(): Promise<void> {
    if (this.#waiting.size === 0) return;
    this.#beingWritten = this.#waiting;
    this.#waiting = new Map();
    try {
      await saveActivity(this.#parts.db, [...this.#beingWritten.values()]);
    } catch (error) {
      for (const [key, entry] of this.#beingWritten) this.#put(key, entry);
      throw error;
    } finally {
      this.#beingWritten = new Map();
    }
  }

  async #flushOrLog(): Promise<void> {
    try {
      await this.flush();
    } catch (error) {
      this.#parts.log.warn({ err: error }, "what devices did could not be noted");
    }
  }

  #put(key: string, entry: Entry): void {
    const known = this.#waiting.get(key);
    if (known) Object.assign(known, merge(known, entry));
    else if (!this.#isFull(key)) this.#waiting.set(key, { ...entry });
  }

  #isFull(key: string): boolean {
    return this.#waiting.size >= maxEntries && !this.#waiting.has(key);
  }
}

function merge(a: Activity, b: Activity): Activity {
  return {
    activeAt: later(a.activeAt, b.activeAt),
    syncAt: a.syncAt && b.syncAt ? later(a.syncAt, b.syncAt) : (a.syncAt ?? b.syncAt),
    messageSeq: Math.max(a.messageSeq ?? 0, b.messageSeq ?? 0) || (a.messageSeq ?? b.messageSeq),
  };
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}

function toKey({ tenantId, userId, deviceId }: DeviceKey): string {
  return `${tenantId}/${userId}/${deviceId}`;
}
