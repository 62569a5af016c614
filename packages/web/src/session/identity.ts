/** Who uses this tab, and how their tokens are had. */
import { PipitError } from "@pipit/client";
import { createAccounts } from "@pipit/client/accounts";
import { fetchDemoToken } from "./demo-people.ts";
import { findDeviceId } from "./device-id.ts";
import { forgetPerson } from "./forget-person.ts";

/** `account`: signed in here; `host`: sent by another product, with a token; `demo`: picked from the demo's people. */
export type Identity = { userId: string; name: string; source: "account" | "host" | "demo" };

export const serverUrl = location.origin;
export const accounts = createAccounts({ url: serverUrl });

const lastKey = "pipit.last-account";
const demoKey = "pipit.demo-person";
const hostKey = "pipit.host-token";
const cameKey = "pipit.sent-by-host";

/**
 * Who it is: the one a host product sent along, the person picked in this tab, or the account that is signed in in this
 * browser. Without a network, the account of last time, whose messages are here.
 */
export async function findIdentity(): Promise<Identity | undefined> {
  const host = takeHostToken() ?? sessionStorage.getItem(hostKey);
  if (host) return { userId: subjectOf(host), name: "", source: "host" };
  const demo = read<Identity>(sessionStorage.getItem(demoKey));
  if (demo) return demo;
  // Whoever a host product sent is not the person who has an account in this browser.
  if (wasSentByHost()) return undefined;
  try {
    const account = await accounts.findAccount();
    await forgetLast(account?.id);
    return account && rememberAccount(account);
  } catch (error) {
    const last = read<Identity>(localStorage.getItem(lastKey));
    if (last && error instanceof PipitError && error.retryable) return last;
    throw error;
  }
}

/** Whose session has ended while the page was closed: nothing of theirs stays for whoever comes next. */
async function forgetLast(nowId: string | undefined): Promise<void> {
  const last = read<Identity>(localStorage.getItem(lastKey));
  if (last?.userId === nowId) return;
  localStorage.removeItem(lastKey);
  if (last) await forgetPerson(last.userId).catch((error: unknown) => console.error(error));
}

/** Keeps who signed in, for a start without a network. */
export function rememberAccount({ id, name }: { id: string; name: string }): Identity {
  const identity: Identity = { userId: id, name, source: "account" };
  sessionStorage.removeItem(cameKey);
  localStorage.setItem(lastKey, JSON.stringify(identity));
  return identity;
}

/** Makes this tab a person's of the demo. */
export function pickDemoPerson(person: { id: string; name: string }): Identity {
  const identity: Identity = { userId: person.id, name: person.name, source: "demo" };
  sessionStorage.removeItem(cameKey);
  sessionStorage.setItem(demoKey, JSON.stringify(identity));
  return identity;
}

/** Forgets who it is, here. The session at the server is ended by `accounts.signOut`. */
export function forgetIdentity(): void {
  localStorage.removeItem(lastKey);
  sessionStorage.removeItem(demoKey);
  sessionStorage.removeItem(hostKey);
}

/** Whether a host product sent the person who used this tab last. */
export function wasSentByHost(): boolean {
  return sessionStorage.getItem(cameKey) !== null;
}

/** A token for the SDK. @throws {PipitError} `unauthenticated` when there is no way to have another */
export async function fetchToken({ source, userId }: Identity): Promise<string> {
  if (source === "account") return fetchAccountToken(userId);
  if (source === "demo") return fetchDemoToken(userId);
  const token = sessionStorage.getItem(hostKey);
  if (token) return token;
  throw new PipitError("unauthenticated", { message: "Come again from where you came.", retryable: false });
}

/** Somebody else may have signed in in another tab: what is kept here is not theirs. */
async function fetchAccountToken(userId: string): Promise<string> {
  const { token } = await accounts.fetchToken(findDeviceId(userId));
  if (subjectOf(token) === userId) return token;
  throw new PipitError("unauthenticated", { message: "Somebody else is signed in now.", retryable: false });
}

/** A token in the address is taken out of it at once, before it gets into the history or over somebody's shoulder. */
function takeHostToken(): string | undefined {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return undefined;
  history.replaceState(history.state, "", location.pathname + location.search);
  sessionStorage.setItem(hostKey, token);
  sessionStorage.setItem(cameKey, "yes");
  return token;
}

/** Whose a token is, as it says itself; the server verifies it. */
function subjectOf(token: string): string {
  try {
    const part = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { sub } = JSON.parse(atob(part)) as { sub?: unknown };
    return typeof sub === "string" ? sub : "unknown";
  } catch {
    // Not a JWT: the server will refuse it, and that is shown.
    return "unknown";
  }
}

function read<Value>(text: string | null): Value | undefined {
  return text === null ? undefined : (JSON.parse(text) as Value);
}
