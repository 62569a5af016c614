/** Every query on devices. */
import { type Selectable, sql } from "kysely";
import type { Reader, Writer } from "../../context.ts";
import type { Database } from "../../db/schema.ts";
import type { DeviceKey, UserKey } from "../../ports/audiences/audiences.ts";

const columns = [
  "tenant_id",
  "user_id",
  "device_id",
  "device_name",
  "device_type",
  "platform",
  "app_version",
  "is_active",
  "push_provider",
  "last_push_at",
  "last_push_result",
  "last_push_detail",
  "logged_out_at",
  "last_active_at",
  "last_sync_at",
  "last_message_seq",
] as const;

type Row = Selectable<Database["devices"]>;

/** What is known of a device, but for its secrets. */
export type DeviceRow = Pick<Row, (typeof columns)[number]>;

/** The device, if its user has it. */
export async function findDevice(db: Reader, device: DeviceKey): Promise<DeviceRow | undefined> {
  return db
    .selectFrom("devices")
    .select(columns)
    .where("tenant_id", "=", device.tenantId)
    .where("user_id", "=", device.userId)
    .where("device_id", "=", device.deviceId)
    .executeTakeFirst();
}

/** A user's devices, those first that are logged in, then by when they were active last. */
export async function findDevices(db: Reader, user: UserKey, limit: number): Promise<DeviceRow[]> {
  return db
    .selectFrom("devices")
    .select(columns)
    .where("tenant_id", "=", user.tenantId)
    .where("user_id", "=", user.userId)
    .orderBy("is_active", "desc")
    .orderBy("last_active_at", "desc")
    .orderBy("device_id")
    .limit(limit)
    .execute();
}

/** Since when a device is logged out, or was the last time; null if never, undefined if there is no such device. */
export async function findLoggedOutAt(db: Reader, device: DeviceKey): Promise<Date | null | undefined> {
  const row = await db
    .selectFrom("devices")
    .select("logged_out_at")
    .where("tenant_id", "=", device.tenantId)
    .where("user_id", "=", device.userId)
    .where("device_id", "=", device.deviceId)
    .executeTakeFirst();
  return row?.logged_out_at;
}

/** Since when a user's devices are logged out, or were the last time, of those that ever were. */
export async function findLoggedOut(db: Reader, user: UserKey): Promise<Map<string, Date>> {
  const { rows } = await sql<{ device_id: string; logged_out_at: Date }>`
    select device_id, logged_out_at from devices
    where tenant_id = ${user.tenantId} and user_id = ${user.userId} and logged_out_at is not null`.execute(db);
  return new Map(rows.map((row) => [row.device_id, row.logged_out_at]));
}

/** Lets nobody else register or log out devices of the user until the transaction ends. */
export async function lockDevicesOf(tx: Writer, user: UserKey): Promise<void> {
  await tx
    .selectFrom("users")
    .select("id")
    .where("tenant_id", "=", user.tenantId)
    .where("id", "=", user.userId)
    .forNoKeyUpdate()
    .execute();
}

/** Lets nobody else register a push token until the transaction ends. */
export async function lockToken(tx: Writer, token: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`push token ${token}`}, 0))`.execute(tx);
}

/** What a transaction needs to know of a device that it may change. */
export type LockedDevice = Pick<
  Row,
  "tenant_id" | "user_id" | "device_id" | "is_active" | "push_token" | "session_id" | "logged_out_at" | "last_active_at"
>;

/**
 * Locks a user's device if it exists, and with it the user's other active devices and whichever devices have a push token.
 * All in one order: two transactions that want the same rows must not deadlock.
 */
export async function lockDevices(
  tx: Writer,
  device: DeviceKey,
  given: { others: boolean; token: string | null },
): Promise<LockedDevice[]> {
  const { rows } = await sql<LockedDevice>`
    select tenant_id, user_id, device_id, is_active, push_token, session_id, logged_out_at, last_active_at
    from devices
    where (tenant_id = ${device.tenantId} and user_id = ${device.userId}
        and (device_id = ${device.deviceId} or (${given.others} and is_active)))
      or (push_token is not null and md5(push_token) = md5(${given.token}) and push_token = ${given.token})
    order by tenant_id, user_id, device_id
    for update`.execute(tx);
  return rows;
}

export type NewDevice = Pick<
  Row,
  "device_name" | "device_type" | "platform" | "app_version" | "is_active" | "logged_out_at"
> &
  Partial<Pick<Row, "push_token" | "push_provider" | "session_id" | "last_push_at" | "last_push_result">>;

/** Makes a device, or sets what is given of the one that there is. */
export async function saveDevice(
  tx: Writer,
  key: DeviceKey,
  device: NewDevice & Partial<Pick<Row, "last_push_detail">>,
  at: Date,
): Promise<DeviceRow> {
  const set = { ...device, last_active_at: at, updated_at: at };
  return tx
    .insertInto("devices")
    .values({
      tenant_id: key.tenantId,
      user_id: key.userId,
      device_id: key.deviceId,
      created_at: at,
      ...set,
    })
    .onConflict((conflict) =>
      conflict.columns(["tenant_id", "user_id", "device_id"]).doUpdateSet((eb) => ({
        ...set,
        last_active_at: eb.fn("greatest", ["devices.last_active_at", "excluded.last_active_at"]),
      })),
    )
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** Takes the push token from a device. */
export async function removeToken(tx: Writer, device: DeviceKey, at: Date): Promise<void> {
  await tx
    .updateTable("devices")
    .set({ push_token: null, push_provider: null, updated_at: at })
    .where("tenant_id", "=", device.tenantId)
    .where("user_id", "=", device.userId)
    .where("device_id", "=", device.deviceId)
    .execute();
}

/** Marks a device as logged out, without a push token and a session; never earlier than it was. */
export async function markLoggedOut(tx: Writer, device: DeviceKey, at: Date): Promise<void> {
  await tx
    .updateTable("devices")
    .set((eb) => ({
      is_active: false,
      logged_out_at: eb.fn("greatest", ["logged_out_at", eb.val(at)]),
      push_token: null,
      push_provider: null,
      session_id: null,
      updated_at: at,
    }))
    .where("tenant_id", "=", device.tenantId)
    .where("user_id", "=", device.userId)
    .where("device_id", "=", device.deviceId)
    .execute();
}

/** Ends a session of a stand-alone account. */
export async function deleteSession(tx: Writer, userId: string, sessionId: string): Promise<void> {
  await sql`delete from auth_sessions where id = ${sessionId} and user_id = ${userId}`.execute(tx);
}

/** Whether a session is open. */
export async function hasSession(tx: Writer, userId: string, sessionId: string): Promise<boolean> {
  const { rows } = await sql`select 1 from auth_sessions where id = ${sessionId} and user_id = ${userId}`.execute(tx);
  return rows.length > 0;
}

/** Ends the session that a locked device had, if it now gets another: no log-out of the device would reach it any more. */
export async function endReplacedSession(tx: Writer, device: LockedDevice, now: string | undefined): Promise<void> {
  const { user_id, session_id: before } = device;
  if (now !== undefined && before !== null && before !== now) await deleteSession(tx, user_id, before);
}

/** Locks a user's devices that have a session, in the order that all use. */
export async function lockDevicesWith(tx: Writer, user: UserKey, sessionId: string): Promise<LockedDevice[]> {
  const { rows } = await sql<LockedDevice>`
    select tenant_id, user_id, device_id, is_active, push_token, session_id, logged_out_at, last_active_at
    from devices
    where tenant_id = ${user.tenantId} and user_id = ${user.userId} and session_id = ${sessionId}
    order by tenant_id, user_id, device_id
    for update`.execute(tx);
  return rows;
}

export async function setSession(tx: Writer, device: DeviceKey, sessionId: string): Promise<void> {
  await tx
    .updateTable("devices")
    .set({ session_id: sessionId })
    .where("tenant_id", "=", device.tenantId)
    .where("user_id", "=", device.userId)
    .where("device_id", "=", device.deviceId)
    .where("is_active", "=", true)
    .execute();
}

/** Forgets a user's logged-out devices beyond `kept`, those that were logged out first. */
export async function forgetLoggedOut(tx: Writer, user: UserKey, kept: number): Promise<void> {
  await sql`
    delete from devices where tenant_id = ${user.tenantId} and user_id = ${user.userId} and device_id in (
      select device_id from devices
      where tenant_id = ${user.tenantId} and user_id = ${user.userId} and not is_active
      order by logged_out_at desc, device_id offset ${kept} limit 100)`.execute(tx);
}

/** Locks some of the active devices of all users that were last active before a time, but for those that are in use. */
export async function lockIdleDevices(tx: Writer, before: Date, limit: number): Promise<LockedDevice[]> {
  const { rows } = await sql<LockedDevice>`
    select tenant_id, user_id, device_id, is_active, push_token, session_id, logged_out_at, last_active_at
    from devices where is_active and last_active_at < ${before}
    order by last_active_at limit ${limit} for update skip locked`.execute(tx);
  return rows;
}

/** What a device has done since it was last noted. */
export type Activity = { activeAt: Date; syncAt: Date | undefined; messageSeq: number | undefined };

/** Notes what devices have done, of those that exist. Rows are locked in the order that all use. */
export async function saveActivity(db: Reader, activities: readonly (DeviceKey & Activity)[]): Promise<void> {
  const list = <Value>(of: (activity: DeviceKey & Activity) => Value): Value[] => activities.map(of);
  await sql`
    with told as (
      select * from unnest(
        ${list((entry) => entry.tenantId)}::text[], ${list((entry) => entry.userId)}::text[],
        ${list((entry) => entry.deviceId)}::text[], ${list((entry) => entry.activeAt.toISOString())}::timestamptz[],
        ${list((entry) => entry.syncAt?.toISOString() ?? null)}::timestamptz[],
        ${list((entry) => entry.messageSeq ?? null)}::bigint[]
      ) as t (tenant_id, user_id, device_id, active_at, sync_at, seq)
    ), known as (
      select d.tenant_id, d.user_id, d.device_id, t.active_at, t.sync_at, t.seq
      from told t join devices d using (tenant_id, user_id, device_id)
      order by d.tenant_id, d.user_id, d.device_id for update of d
    )
    update devices d set
      last_active_at = greatest(d.last_active_at, k.active_at),
      last_sync_at = greatest(d.last_sync_at, k.sync_at),
      last_message_seq = greatest(d.last_message_seq, k.seq)
    from known k
    where d.tenant_id = k.tenant_id and d.user_id = k.user_id and d.device_id = k.device_id`.execute(db);
}
