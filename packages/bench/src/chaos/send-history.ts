/**
 * The history of what clients asked of their messages: each attempt is invoked, and then ok, failed (it certainly did
 * nothing) or unknown (it may have done it). A message whose attempts are all unknown may be there or not, but not twice.
 */
import type { Outgoing } from "../history/book.ts";
import { type Ack, checkHistory, type Entry, type Sent } from "../history/check-history.ts";

export type Outcome = "ok" | "fail" | "unknown";

/** An entry, with what tells of an edit or a deletion. */
export type FullEntry = Entry & { is_edited: boolean; is_deleted: boolean };

/** What happened to one message after it was sent; each is tried once at most. */
type Afterwards = { edit?: { content: string; outcome: Outcome | "open" }; deletion?: Outcome | "open" };

type SendRecord = Outgoing & Afterwards & { invoked: number; failed: number; oks: Ack[]; problem?: string };

export type SendCounts = {
  /** Messages, and attempts to send them. */
  messages: number;
  attempts: number;
  acknowledged: number;
  failed: number;
  unknown: number;
  /** Messages of which no attempt was ever acknowledged. */
  never_acknowledged: number;
  edits: number;
  deletions: number;
};

export class SendHistory {
  readonly #rooms = new Map<string, Map<string, SendRecord>>();
  readonly #counts = { attempts: 0, failed: 0, unknown: 0, edits: 0, deletions: 0 };

  /** Books an attempt before it is made. Gives what to book its end with. */
  invoke(outgoing: Outgoing): (end: { ok: Ack } | "fail" | "unknown") => void {
    const record = this.#recordOf(outgoing);
    record.invoked += 1;
    this.#counts.attempts += 1;
    return (end) => {
      if (typeof end === "object") record.oks.push(end.ok);
      else if (end === "fail") record.failed += 1;
      if (end === "fail") this.#counts.failed += 1;
      if (end === "unknown") this.#counts.unknown += 1;
    };
  }

  /** Books that an acknowledged message is to be edited. */
  invokeEdit(outgoing: Outgoing, content: string): (outcome: Outcome) => void {
    const edit: NonNullable<Afterwards["edit"]> = { content, outcome: "open" };
    this.#recordOf(outgoing).edit = edit;
    this.#counts.edits += 1;
    return (outcome) => {
      edit.outcome = outcome;
    };
  }

  invokeDeletion(outgoing: Outgoing): (outcome: Outcome) => void {
    const record = this.#recordOf(outgoing);
    record.deletion = "open";
    this.#counts.deletions += 1;
    return (outcome) => {
      record.deletion = outcome;
    };
  }

  count(): SendCounts {
    const all = [...this.#rooms.values()].flatMap((room) => [...room.values()]);
    const acknowledged = all.filter((record) => record.oks.length > 0).length;
    const { attempts, failed, unknown, edits, deletions } = this.#counts;
    const never_acknowledged = all.length - acknowledged;
    return { messages: all.length, attempts, acknowledged, failed, unknown, never_acknowledged, edits, deletions };
  }

  /** What is wrong with a room's complete history, one sentence each. */
  check(roomId: string, entries: readonly FullEntry[]): string[] {
    const records = this.#rooms.get(roomId) ?? new Map<string, SendRecord>();
    const problems: string[] = [];
    const asSent = entries.map((entry): Entry => {
      const record = records.get(keyOf(entry.sender_id, entry.client_message_id ?? ""));
      if (!record) return entry;
      const problem = checkFate(record, entry);
      if (problem === undefined) return { ...entry, content: record.content };
      problems.push(problem);
      return { ...entry, content: record.content };
    });
    return [...problems, ...checkHistory([...records.values()].map(toSent), asSent)];
  }

  #recordOf(outgoing: Outgoing): SendRecord {
    const room = this.#rooms.get(outgoing.roomId) ?? new Map<string, SendRecord>();
    this.#rooms.set(outgoing.roomId, room);
    const key = keyOf(outgoing.senderId, outgoing.clientMessageId);
    const record = room.get(key) ?? { ...outgoing, invoked: 0, failed: 0, oks: [] };
    room.set(key, record);
    return record;
  }
}

function keyOf(senderId: string, clientMessageId: string): string {
  return `${senderId} ${clientMessageId}`;
}

// An attempt that certainly failed is none.
function toSent({ clientMessageId, senderId, content, invoked, failed, oks }: SendRecord): Sent {
  return { clientMessageId, senderId, content, attempts: invoked - failed, acks: oks };
}

/** What is wrong with what an entry says, given all that was asked of it. */
function checkFate(record: SendRecord, entry: FullEntry): string | undefined {
  const name = `${record.clientMessageId} of ${record.senderId}`;
  const { edit, deletion } = record;
  if (record.failed === record.invoked) return `${name} was refused each time and is there`;
  if (entry.is_deleted) {
    if (deletion === undefined || deletion === "fail") return `${name} is deleted, which nobody did`;
    return entry.content === "" ? undefined : `${name} is deleted and keeps its content`;
  }
  if (deletion === "ok") return `the deletion of ${name} was acknowledged and is lost`;
  const mayBeEdited = edit !== undefined && edit.outcome !== "fail";
  if (mayBeEdited && entry.content === edit.content) return undefined;
  if (edit?.outcome === "ok") return `the edit of ${name} was acknowledged and is lost`;
  return entry.content === record.content ? undefined : `${name} has another content than was sent`;
}
