/** Keeps the list of rooms and private state complete. */
import type { Payload } from "@pipit/protocol/events";
import type { Room } from "@pipit/protocol/models/room";
import type { Output } from "@pipit/protocol/operations";
import type { Call } from "../connection/caller.ts";
import {
  applyAccount,
  applyHidden,
  applyPreferences,
  applyRoom,
  applySettings,
  applyStar,
  clearAccount,
} from "../state/apply-pages.ts";
import { saveAccount } from "../state/save-account.ts";
import type { Model } from "../state/save-room.ts";

export type AccountSyncParts = {
  model: Model;
  call: Call;
  deviceId: () => string | undefined;
  pageSize: number;
  /** Told of each room that the server brought. */
  onRoom(roomId: string): void;
  onRemoved(roomId: string): void;
  onChanged(): void;
};

type Page = Output<"sync.chats">;

export class AccountSync {
  readonly #parts: AccountSyncParts;
  #running: Promise<void> | undefined;
  #isAgainDue = false;
  /** Counts what events have told, so that a page that was asked for before can't undo it. */
  #told = 0;
  readonly #addedAt = new Map<string, number>();

  constructor(parts: AccountSyncParts) {
    this.#parts = parts;
  }

  /** Brings it up to date. Asked for meanwhile, it goes on once more. @throws {PipitError} */
  sync(): Promise<void> {
    if (this.#running) {
      this.#isAgainDue = true;
      return this.#running;
    }
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Takes a room that an event brought. */
  takeRoom(room: Room): void {
    this.#told += 1;
    this.#addedAt.set(room.id, this.#told);
    applyRoom(this.#parts.model, room);
    this.#parts.onRoom(room.id);
  }

  /** Takes a change of private state. @returns false if changes before it are missing */
  take(change: Payload<"account:update">): boolean {
    const { model } = this.#parts;
    if (change.account_change <= model.state.accountChange) return true;
    if (change.account_change > model.state.accountChange + 1) return false;
    if (change.kind === "message_hidden") applyHidden(model, change.room_id, change.message_id);
    if (change.kind === "message_starred") applyStar(model, change);
    if (change.kind === "preferences") applyPreferences(model, change.preferences);
    if (change.kind === "settings") applySettings(model, change.settings);
    return this.note(change.account_change);
  }

  /** Counts a change that has been applied already. @returns false if changes before it are missing */
  note(change: number): boolean {
    const { model } = this.#parts;
    if (change > model.state.accountChange + 1) return false;
    model.state.accountChange = Math.max(model.state.accountChange, change);
    saveAccount(model);
    this.#parts.onChanged();
    return true;
  }

  async #run(): Promise<void> {
    do {
      this.#isAgainDue = false;
      await this.#pull();
    } while (this.#isAgainDue);
  }

  async #pull(): Promise<void> {
    const { model, call, deviceId } = this.#parts;
    const toldBefore = this.#told;
    const changeBefore = model.state.accountChange;
    let cursor = model.state.cursor;
    /** When the load is one from nothing: the rooms that it brought. */
    let brought: Set<string> | undefined;
    let page: Page;
    do {
      page = (await call("sync.chats", { device_id: deviceId(), cursor, limit: this.#parts.pageSize })).data;
      if (page.full) {
        brought = new Set();
        clearAccount(model, changeBefore);
      }
      this.#apply(page, toldBefore, brought);
      cursor = page.cursor;
      // In the middle of a load from nothing, a restart must begin it anew: what it did not bring is dropped at its end.
      if (brought && page.has_more) continue;
      model.state.cursor = cursor;
      saveAccount(model);
    } while (page.has_more);
    if (brought) this.#dropOthers(brought, toldBefore);
    // An event was applied before the load from nothing began, and is not in it.
    if (model.state.accountChange < changeBefore) this.#isAgainDue = true;
    this.#parts.onChanged();
  }

  #apply(page: Page, toldBefore: number, brought: Set<string> | undefined): void {
    for (const roomId of page.removed_rooms) this.#remove(roomId, toldBefore);
    for (const room of page.rooms) {
      brought?.add(room.id);
      applyRoom(this.#parts.model, room);
      this.#parts.onRoom(room.id);
    }
    applyAccount(this.#parts.model, page.account);
  }

  #dropOthers(brought: ReadonlySet<string>, toldBefore: number): void {
    for (const roomId of [...this.#parts.model.state.rooms.keys()]) {
      if (!brought.has(roomId)) this.#remove(roomId, toldBefore);
    }
  }

  /** An event may have brought a room back since the page was asked for: then the next pages decide. */
  #remove(roomId: string, toldBefore: number): void {
    if ((this.#addedAt.get(roomId) ?? 0) > toldBefore) this.#isAgainDue = true;
    else this.#parts.onRemoved(roomId);
  }
}
