/** Changes what users say of themselves, or who may know it. */
import { isDeepStrictEqual } from "node:util";
import type { AccountSettings } from "@pipit/protocol/models/account";
import { AppError } from "../../app-error.ts";
import type { Context, Writer } from "../../context.ts";
import { type Announce, transact } from "../../db/transact.ts";
import { nextAccountChange } from "../users/users-access.ts";
import { lockSettings, saveSettings } from "./settings-store.ts";

type Changed = Partial<Omit<AccountSettings, "account_change">>;

/** What goes along with a change of settings, in the same transaction. */
type Companions = {
  /** What is done before the user is locked: rooms are locked before users. */
  first?: (tx: Writer) => Promise<void>;
  /** What else is written if something changed. */
  also?: (tx: Writer, change: { now: AccountSettings; before: AccountSettings }, announce: Announce) => Promise<void>;
};

/**
 * Sets what is given of the caller's settings, and tells their other sockets, and those who subscribed to them. What is
 * so already is no change.
 * @returns the settings as they are then
 */
export async function changeSettings(
  ctx: Context,
  toChanged: (before: AccountSettings) => Changed,
  { first, also }: Companions = {},
): Promise<AccountSettings> {
  const { tenantId, userId, socketId } = ctx.actor;
  const user = { tenantId, userId };
  return transact(ctx, async (tx, announce) => {
    await first?.(tx);
    const before = await lockSettings(tx, user);
    if (!before) throw new AppError("not_found");
    const wanted = { ...before, ...toChanged(before) };
    if (isSame(wanted, before)) return before;
    const settings = { ...wanted, account_change: await nextAccountChange(tx, tenantId, userId) };
    await saveSettings(tx, user, settings);
    await also?.(tx, { now: settings, before }, announce);
    const { account_change } = settings;
    announce((audiences) => {
      audiences.toUser(user, "account:update", { account_change, kind: "settings", settings }, socketId);
      ctx.presenceParts.news.changed(user);
      // A status message changes nothing of whom the caller may see, which would cost a look at all whom they subscribed to.
      if (!isSameSight(settings, before)) ctx.presenceParts.news.sightChanged(user);
    });
    return settings;
  });
}

function isSame(one: AccountSettings, other: AccountSettings): boolean {
  return isDeepStrictEqual({ ...one, account_change: 0 }, { ...other, account_change: 0 });
}

function isSameSight(one: AccountSettings, other: AccountSettings): boolean {
  return (
    one.privacy.last_seen === other.privacy.last_seen &&
    one.privacy.online === other.privacy.online &&
    one.privacy.status_message === other.privacy.status_message &&
    isDeepStrictEqual(one.blocked_user_ids, other.blocked_user_ids)
  );
}
