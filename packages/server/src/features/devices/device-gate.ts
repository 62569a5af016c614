/** Keeps out tokens that are older than their device's log-out. */
import { AppError } from "../../app-error.ts";
import type { Actor, Services } from "../../context.ts";
import type { DeviceKey } from "../../ports/audiences/audiences.ts";
import { findLoggedOutAt } from "./devices-store.ts";

export type DeviceGate = {
  /** Looks in the database. @throws {AppError} `unauthenticated` if the token is not newer than its device's log-out */
  requireOpen(actor: Actor): Promise<void>;
  /** As `requireOpen`, but what was found in the last five seconds still counts. */
  requireOpenLately(actor: Actor): Promise<void>;
  /** A device was logged out or registered: what was found of it counts no more. */
  forget(device: DeviceKey): void;
};

const rememberMs = 5_000;

type Found = { loggedOutAt: Date | undefined; until: number };

export function createDeviceGate({ db, clock }: Pick<Services, "db" | "clock">, maxRemembered = 10_000): DeviceGate {
  const known = new Map<string, Found>();
  let changes = 0;

  async function look(device: DeviceKey): Promise<Date | undefined> {
    return (await findLoggedOutAt(db, device)) ?? undefined;
  }

  async function lookLately(device: DeviceKey): Promise<Date | undefined> {
    const key = toKey(device);
    const now = clock.now().getTime();
    const found = known.get(key);
    if (found && found.until > now) return found.loggedOutAt;
    const before = changes;
    const loggedOutAt = await look(device);
    // What was read before a log-out must not be remembered after it.
    if (before === changes) remember(key, { loggedOutAt, until: now + rememberMs });
    return loggedOutAt;
  }

  function remember(key: string, found: Found): void {
    known.delete(key);
    if (known.size >= maxRemembered) known.delete(known.keys().next().value ?? "");
    known.set(key, found);
  }

  return {
    requireOpen: (actor) => requireNewer(actor, look),
    requireOpenLately: (actor) => requireNewer(actor, lookLately),
    forget(device) {
      changes += 1;
      known.delete(toKey(device));
    },
  };
}

async function requireNewer(actor: Actor, look: (device: DeviceKey) => Promise<Date | undefined>): Promise<void> {
  const { kind, tenantId, userId, deviceId, issuedAt } = actor;
  if (kind !== "user" || deviceId === undefined) return;
  requireIssuedAfter(issuedAt, await look({ tenantId, userId, deviceId }));
}

/**
 * A token says by the second when it was made: one of the same second may be from before.
 * @throws {AppError} `unauthenticated`
 */
export function requireIssuedAfter(issuedAt: number | undefined, loggedOutAt: Date | null | undefined): void {
  if (!loggedOutAt) return;
  if (issuedAt !== undefined && Math.floor(issuedAt) > Math.floor(loggedOutAt.getTime() / 1000)) return;
  throw new AppError("unauthenticated", {
    message: "This device was logged out. Get a new token.",
    // A device that was away when it was logged out learns of it so, and deletes what it has.
    details: { reason: "device_logged_out" },
  });
}

// Neither a tenant's id nor a user's has a slash.
function toKey({ tenantId, userId, deviceId }: DeviceKey): string {
  return `${tenantId}/${userId}/${deviceId}`;
}
