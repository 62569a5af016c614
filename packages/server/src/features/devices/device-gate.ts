/** Keeps out tokens that are older than their device's log-out. */
import { AppError } from "../../app-error.ts";
import type { Actor, Services } from "../../context.ts";
import type { DeviceKey, UserKey } from "../../ports/audiences/audiences.ts";
import { findLoggedOut, findLoggedOutAt } from "./devices-store.ts";

export type DeviceGate = {
  /** Looks in the database. @throws {AppError} `unauthenticated` if the token is not newer than its device's log-out */
  requireOpen(actor: Actor): Promise<void>;
  /** As `requireOpen`, but what was found in the last five seconds still counts. */
  requireOpenLately(actor: Actor): Promise<void>;
  /** A device was logged out or registered: what was found of its user counts no more. */
  forget(device: DeviceKey): void;
};

const rememberMs = 5_000;

/** Of a user's devices that are logged out, or were once: since when. */
type LoggedOut = ReadonlyMap<string, Date>;
type Found = { loggedOut: LoggedOut; until: number };

/**
 * What is remembered is remembered by user, not by device: otherwise a token with another device in each request would cost
 * a query each, before any limit counts it.
 * @param maxRemembered users, and devices of theirs that are logged out, together
 */
export function createDeviceGate({ db, clock }: Pick<Services, "db" | "clock">, maxRemembered = 100_000): DeviceGate {
  const known = new Map<string, Found>();
  /** What is being read. What was begun before a log-out must neither be joined nor remembered after it. */
  const reading = new Map<string, Promise<LoggedOut>>();
  let remembered = 0;

  async function look(device: DeviceKey): Promise<Date | undefined> {
    return (await findLoggedOutAt(db, device)) ?? undefined;
  }

  async function lookLately(device: DeviceKey): Promise<Date | undefined> {
    const key = toKey(device);
    const found = known.get(key);
    if (found && found.until > clock.now().getTime()) return found.loggedOut.get(device.deviceId);
    return (await (reading.get(key) ?? read(key, device))).get(device.deviceId);
  }

  function read(key: string, user: UserKey): Promise<LoggedOut> {
    const until = clock.now().getTime() + rememberMs;
    const begun: Promise<LoggedOut> = findLoggedOut(db, user)
      .then((loggedOut) => {
        if (reading.get(key) === begun) remember(key, { loggedOut, until });
        return loggedOut;
      })
      .finally(() => {
        if (reading.get(key) === begun) reading.delete(key);
      });
    reading.set(key, begun);
    return begun;
  }

  function remember(key: string, found: Found): void {
    drop(key);
    known.set(key, found);
    remembered += weigh(found);
    for (const oldest of known.keys()) {
      if (remembered <= maxRemembered) break;
      drop(oldest);
    }
  }

  function drop(key: string): void {
    const found = known.get(key);
    if (!found) return;
    known.delete(key);
    remembered -= weigh(found);
  }

  return {
    requireOpen: (actor) => requireNewer(actor, look),
    requireOpenLately: (actor) => requireNewer(actor, lookLately),
    forget(device) {
      reading.delete(toKey(device));
      drop(toKey(device));
    },
  };
}

function weigh({ loggedOut }: Found): number {
  return 1 + loggedOut.size;
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
function toKey({ tenantId, userId }: UserKey): string {
  return `${tenantId}/${userId}`;
}
