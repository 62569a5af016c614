/** Who may know what of the caller. */
import type { AccountSettings } from "@pipit/protocol/models/account";
import type { Privacy } from "@pipit/protocol/models/presence";
import type { Input } from "@pipit/protocol/operations";
import type { Context, Handler, Writer } from "../../context.ts";
import {
  lockDirectRooms,
  requireDirectRooms,
  settleSharedReads,
  untilNoneAppears,
} from "../rooms/direct-rooms-access.ts";
import { changeSettings } from "./change-settings.ts";
import { saveLastSeen } from "./presence-store.ts";
import { isNarrower } from "./privacy-rule.ts";
import { readSettings } from "./settings-store.ts";

export const findPrivacy: Handler<"users.privacy"> = async (ctx) => (await readSettings(ctx.db, ctx.actor)).privacy;

/**
 * To those who may not know any more that the caller is online, they seem to go now: that they were seen to be here until
 * now is when they were last seen.
 */
export const setPrivacy: Handler<"users.setPrivacy"> = (ctx, input) =>
  untilNoneAppears(async () => {
    const { tenantId, userId } = ctx.actor;
    const online = await ctx.presence.findOnline(tenantId, [userId]);
    const { privacy: known } = await readSettings(ctx.db, ctx.actor);
    const isSwitched = input.read_receipts !== undefined && input.read_receipts !== known.read_receipts;
    let locked: string[] = [];
    const { privacy, account_change } = await changeSettings(
      ctx,
      (before) => ({ privacy: toWanted(before.privacy, input) }),
      {
        // What is said or read in these rooms meanwhile is before the change, or after it.
        first: async (tx) => {
          if (isSwitched) locked = await lockDirectRooms(tx, ctx.actor);
        },
        also: async (tx, { now, before }) => {
          if (online.has(userId) && isNarrower(now.privacy.online, before.privacy.online)) {
            await saveLastSeen(tx, [{ user: { tenantId, userId }, at: ctx.clock.now() }]);
          }
          await settleReads(ctx, tx, locked, now, before);
        },
      },
    );
    return { ...privacy, account_change };
  });

function toWanted(before: Privacy, input: Input<"users.setPrivacy">): Privacy {
  return {
    last_seen: input.last_seen ?? before.last_seen,
    online: input.online ?? before.online,
    status_message: input.status_message ?? before.status_message,
    groups: input.groups ?? before.groups,
    messages: input.messages ?? before.messages,
    read_receipts: input.read_receipts ?? before.read_receipts,
  };
}

/** @throws {RoomAppeared} also if the setting was changed by another between the look and the lock */
async function settleReads(
  ctx: Context,
  tx: Writer,
  locked: readonly string[],
  now: AccountSettings,
  before: AccountSettings,
): Promise<void> {
  if (now.privacy.read_receipts === before.privacy.read_receipts) return;
  await requireDirectRooms(tx, ctx.actor, locked);
  await settleSharedReads(tx, locked);
}
