/** What a person is writing in a room: here at once, and a little later on all their devices. */
import { type OutboxItem, type PipitClient, PipitError, type PipitErrorCode, type Query } from "@pipit/client";
import type { Draft } from "@pipit/protocol/models/account";
import { reportError, toError } from "./outcome.ts";
import { isPageVisible, onPageFocusChange } from "./page-focus.ts";
import { isSameRecord } from "./use-query.ts";

export type DraftText = {
  content: string;
  /** The id of the message that it replies to. */
  replyTo: string | null;
};

export type DraftView = DraftText & { error: Error | undefined };

export const emptyDraft: DraftView = { content: "", replyTo: null, error: undefined };

export class RoomDraft implements Query<DraftView> {
  readonly #client: PipitClient;
  readonly #roomId: string;
  readonly #delayMs: number;
  readonly #listeners = new Set<() => void>();
  /** What was written here. It is shown until another device's draft takes its place. */
  #local: DraftText | undefined;
  #isUnsaved = false;
  #saves = 0;
  #error: Error | undefined;
  #view: DraftView = emptyDraft;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unwatch: (() => void) | undefined;

  constructor(client: PipitClient, roomId: string, delayMs: number) {
    this.#client = client;
    this.#roomId = roomId;
    this.#delayMs = delayMs;
  }

  readonly getSnapshot = (): DraftView => {
    const now = { ...this.#findText(), error: this.#error ?? this.#findRefusal() };
    if (!isSameRecord(this.#view, now)) this.#view = now;
    return this.#view;
  };

  /** While somebody looks; what is not saved when the last one goes is saved then. */
  readonly subscribe = (listener: () => void): (() => void) => {
    const own = (): void => listener();
    this.#listeners.add(own);
    if (this.#listeners.size === 1) this.#unwatch = this.#watch();
    return () => {
      if (!this.#listeners.delete(own) || this.#listeners.size > 0) return;
      this.#unwatch?.();
      void this.save();
    };
  };

  write(change: Partial<DraftText>): void {
    this.#local = { ...this.#findText(), ...change };
    this.#isUnsaved = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), this.#delayMs);
    this.#notify();
  }

  /** Saves what is not saved, now. Never rejects. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#isUnsaved || !this.#local) return;
    const text = this.#local;
    this.#isUnsaved = false;
    this.#saves += 1;
    try {
      // What takes the place of a refused one leaves nothing to retry.
      for (const item of this.#listRefused()) await this.#client.outbox.discard(item.id);
      await this.#client.room(this.#roomId).setPreferences({ draft: toDraft(text) });
      this.#error = undefined;
    } catch (error) {
      this.#error = toError(error);
      this.#isUnsaved = true;
      if (this.#listeners.size === 0) reportError(error);
    } finally {
      this.#saves -= 1;
      this.#notify();
    }
  }

  #findText(): DraftText {
    const room = this.#client.room(this.#roomId).room.getSnapshot();
    const stored = fromDraft(room?.draft ?? null);
    if (!this.#local) return stored;
    const isHeld = this.#isUnsaved || this.#saves > 0 || !room || this.#findRefusal() !== undefined;
    // The server may keep it without its outer spaces: that is no reason to change what somebody is writing.
    return isHeld || isAlike(stored, this.#local) ? this.#local : stored;
  }

  /** Why the server would not have the draft. */
  #findRefusal(): Error | undefined {
    const refused = this.#listRefused().at(-1);
    return refused && toRefusal(refused);
  }

  #listRefused(): OutboxItem[] {
    return this.#client.outbox.items
      .getSnapshot()
      .filter((item) => item.roomId === this.#roomId && item.state === "failed" && isDraftOnly(item));
  }

  #watch(): () => void {
    const notify = (): void => this.#notify();
    const ends = [
      this.#client.room(this.#roomId).room.subscribe(notify),
      this.#client.outbox.items.subscribe(notify),
      // A page that is put away may never be looked at again.
      onPageFocusChange(() => {
        if (!isPageVisible()) void this.save();
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

const refusals = new WeakMap<OutboxItem, Error>();

/** The same object for the same item. */
function toRefusal(item: OutboxItem): Error {
  const { code = "internal", message } = item.error ?? {};
  const known = refusals.get(item) ?? new PipitError(code as PipitErrorCode, { message, retryable: false });
  refusals.set(item, known);
  return known;
}

function isDraftOnly({ action }: OutboxItem): boolean {
  return action.kind === "preferences" && Object.keys(action.changes).every((name) => name === "draft");
}

function toDraft({ content, replyTo }: DraftText): Pick<Draft, "content" | "reply_to"> | null {
  return content.trim() === "" && replyTo === null ? null : { content, reply_to: replyTo };
}

function fromDraft(draft: Draft | null): DraftText {
  return { content: draft?.content ?? "", replyTo: draft?.reply_to ?? null };
}

function isAlike(a: DraftText, b: DraftText): boolean {
  return a.content.trim() === b.content.trim() && a.replyTo === b.replyTo;
}
