/** Says what a device is, and where its notifications go. */
import type { Input } from "@pipit/protocol/operations";
import { AppError } from "../../app-error.ts";
import type { Context, Handler, Writer } from "../../context.ts";
import type { DeviceKey } from "../../ports/audiences/audiences.ts";
import { requireIssuedAfter } from "./device-gate.ts";
import { viewDevice } from "./device-view.ts";
import {
  type DeviceRow,
  endReplacedSession,
  forgetLoggedOut,
  hasSession,
  type LockedDevice,
  lockDevices,
  lockDevicesOf,
  lockToken,
  removeToken,
  saveDevice,
} from "./devices-store.ts";
import { endDevice, maxLoggedOut, tellLoggedOut } from "./log-out-device.ts";
import { type PushTarget, parsePushToken } from "./parse-push-token.ts";

type Registration = Input<"devices.register">;
/** What becomes of the push token: undefined leaves it as it is. */
type GivenToken = PushTarget | null | undefined;
type Registered = { row: DeviceRow; evicted: DeviceKey[] };

export const registerDevice: Handler<"devices.register"> = async (ctx, input) => {
  const device = { tenantId: ctx.actor.tenantId, userId: ctx.actor.userId, deviceId: input.device_id };
  const given = toGiven(input);
  const { row, evicted } = await ctx.db.transaction().execute((tx) => register(ctx, tx, device, input, given));
  ctx.devices.gate.forget(device);
  tellLoggedOut(ctx, evicted);
  return viewDevice(ctx, row);
};

function toGiven({ push_token: token, push_provider: provider, platform }: Registration): GivenToken {
  return token === undefined || token === null ? token : parsePushToken(token, provider, platform);
}

async function register(
  ctx: Context,
  tx: Writer,
  device: DeviceKey,
  input: Registration,
  given: GivenToken,
): Promise<Registered> {
  await lockDevicesOf(tx, device);
  if (given) await lockToken(tx, given.token);
  const rows = await lockDevices(tx, device, { others: true, token: given?.token ?? null });
  const known = rows.find((row) => isSame(row, device));
  requireIssuedAfter(ctx.actor.issuedAt, known?.logged_out_at);
  const session = await findSession(ctx, tx);
  if (known) await endReplacedSession(tx, known, session.session_id);
  const at = ctx.clock.now();
  if (given) await takeToken(tx, given.token, device, rows, at);
  const row = await saveDevice(
    tx,
    device,
    {
      ...toDescription(input),
      ...toPushColumns(given, known),
      ...session,
      is_active: true,
      logged_out_at: known?.logged_out_at ?? null,
    },
    at,
  );
  const evicted: DeviceKey[] = [];
  for (const excess of findExcess(ctx, device, rows)) evicted.push(await endDevice(tx, excess, at));
  if (evicted.length > 0) await forgetLoggedOut(tx, device, maxLoggedOut);
  return { row, evicted };
}

function isSame(row: LockedDevice, device: DeviceKey): boolean {
  return row.device_id === device.deviceId && isOfUser(row, device);
}

function isOfUser(row: LockedDevice, { tenantId, userId }: DeviceKey): boolean {
  return row.tenant_id === tenantId && row.user_id === userId;
}

// One installation has one token, whoever is signed in on it: who had it before would be told of another's messages.
async function takeToken(
  tx: Writer,
  token: string,
  device: DeviceKey,
  rows: readonly LockedDevice[],
  at: Date,
): Promise<void> {
  for (const row of rows.filter((entry) => entry.push_token === token && !isSame(entry, device))) {
    await removeToken(tx, { tenantId: row.tenant_id, userId: row.user_id, deviceId: row.device_id }, at);
  }
}

function toDescription({ device_name, device_type, platform, app_version }: Registration) {
  return { device_name, device_type, platform, app_version };
}

// What became of the last notification says nothing about another token.
function toPushColumns(given: GivenToken, known: LockedDevice | undefined) {
  if (given === undefined) return {};
  const target = { push_token: given?.token ?? null, push_provider: given?.provider ?? null };
  if (given?.token === known?.push_token) return target;
  return { ...target, last_push_at: null, last_push_result: null, last_push_detail: null };
}

/**
 * The session that the caller's token was given for, if any: logging the device out ends it.
 * @throws {AppError} `unauthenticated` if it has ended: a device of it could not be logged out with it any more
 */
async function findSession({ actor }: Context, tx: Writer): Promise<{ session_id?: string }> {
  const { sessionId, userId } = actor;
  if (sessionId === undefined) return {};
  if (await hasSession(tx, userId, sessionId)) return { session_id: sessionId };
  throw new AppError("unauthenticated", { message: "The session of this token has ended. Sign in again." });
}

/**
 * The user's other devices that were active longest ago, as many as there are too many with this one. They are logged out:
 * to refuse the new one would lock people out who clear their browser often, and can't tell which of fifty to give up.
 */
function findExcess(ctx: Context, device: DeviceKey, rows: readonly LockedDevice[]): LockedDevice[] {
  const activeAt = (row: LockedDevice): number => {
    const key = { tenantId: row.tenant_id, userId: row.user_id, deviceId: row.device_id };
    return Math.max(row.last_active_at.getTime(), ctx.devices.activity.find(key)?.activeAt.getTime() ?? 0);
  };
  const others = rows.filter((row) => row.is_active && isOfUser(row, device) && !isSame(row, device));
  const count = Math.max(0, others.length + 1 - ctx.config.maxDevices);
  return others.sort((a, b) => activeAt(a) - activeAt(b)).slice(0, count);
}
