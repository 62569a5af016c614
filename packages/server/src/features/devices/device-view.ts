/** Devices as their user sees them. */
import type { UserDevice } from "@pipit/protocol/models/device";
import type { Context } from "../../context.ts";
import type { Activity, DeviceRow } from "./devices-store.ts";

/** The device as it was written down, with what it has done since. Never its push token. */
export function viewDevice(ctx: Context, row: DeviceRow): UserDevice {
  const key = { tenantId: row.tenant_id, userId: row.user_id, deviceId: row.device_id };
  return toUserDevice(row, ctx.devices.activity.find(key));
}

function toUserDevice(row: DeviceRow, lately: Activity | undefined): UserDevice {
  return {
    user_id: row.user_id,
    device_id: row.device_id,
    device_name: row.device_name,
    device_type: row.device_type,
    platform: row.platform,
    app_version: row.app_version,
    is_active: row.is_active,
    last_active_at: toLatest(row.last_active_at, lately?.activeAt) ?? row.last_active_at.toISOString(),
    last_sync_at: toLatest(row.last_sync_at, lately?.syncAt),
    last_message_seq: toHighest(row.last_message_seq, lately?.messageSeq),
    push_provider: row.push_provider,
    last_push: toLastPush(row),
  };
}

function toLastPush({ last_push_at: at, last_push_result: result, last_push_detail: detail }: DeviceRow) {
  return at && result ? { at: at.toISOString(), result, detail } : null;
}

function toLatest(a: Date | null, b: Date | undefined): string | null {
  const times = [a, b].flatMap((time) => (time ? [time.getTime()] : []));
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
}

function toHighest(a: number | null, b: number | undefined): number | null {
  return a === null && b === undefined ? null : Math.max(a ?? 0, b ?? 0);
}
