/** Notifications while the page is closed: the browser's subscription, and the server's knowing of it. */
import type { PipitClient } from "@pipit/client";
import { describeDevice } from "../session/device-id.ts";

/** `unsupported`: this browser, or this page in it, can't. `blocked`: its user has refused for good. */
export type PushState = "unsupported" | "blocked" | "off" | "on";

/** Of whom the subscription is told to the server, and which one. */
const keyOf = (userId: string): string => `pipit.push.${userId}`;

function canPush(): boolean {
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
}

export async function findPushState(userId: string): Promise<PushState> {
  const registration = canPush() ? await navigator.serviceWorker.getRegistration() : undefined;
  if (!registration) return "unsupported";
  if (Notification.permission === "denied") return "blocked";
  if (Notification.permission !== "granted") return "off";
  const subscription = await registration.pushManager.getSubscription();
  return subscription && localStorage.getItem(keyOf(userId)) === subscription.endpoint ? "on" : "off";
}

/**
 * Asks for permission, subscribes and tells the server. To be called when a person has asked for it: browsers want that.
 * @param key the server's, as the browser is to check it
 * @throws what the browser or the server says
 */
export async function turnPushOn(client: PipitClient, userId: string, key: string): Promise<PushState> {
  if ((await Notification.requestPermission()) !== "granted") return findPushState(userId);
  const registration = await navigator.serviceWorker.ready;
  await register(client, userId, await subscribe(registration, key));
  return "on";
}

/** Ends the subscription, which the server learns when it next sends. Never rejects. */
export async function turnPushOff(userId: string, client?: PipitClient): Promise<void> {
  localStorage.removeItem(keyOf(userId));
  try {
    if (client) await tell(client, null);
    const registration = canPush() ? await navigator.serviceWorker.getRegistration() : undefined;
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
  } catch (error) {
    // The endpoint of a subscription that was not ended is still the browser's to drop.
    console.error(error);
  }
}

/**
 * Subscribes anew when the browser has dropped the subscription, its push service has told the server that it is dead, or the
 * server has another key: for whoever had switched it on. @throws what the browser or the server says
 */
export async function keepPush(client: PipitClient, userId: string, key: string): Promise<void> {
  const kept = localStorage.getItem(keyOf(userId));
  if (kept === null || !canPush() || Notification.permission !== "granted") return;
  const registration = await navigator.serviceWorker.getRegistration();
  if (!registration) return;
  const devices = await client.api.devices.list();
  const isKnown = devices.some((device) => device.device_id === client.deviceId && device.push_provider !== null);
  if (!isKnown) await (await registration.pushManager.getSubscription())?.unsubscribe();
  const subscription = await subscribe(registration, key);
  if (subscription.endpoint !== kept || !isKnown) await register(client, userId, subscription);
}

async function subscribe({ pushManager }: ServiceWorkerRegistration, key: string): Promise<PushSubscription> {
  const known = await pushManager.getSubscription();
  if (known && isOfKey(known, key)) return known;
  // A browser refuses another key as long as there is a subscription by the old one.
  await known?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

function isOfKey({ options }: PushSubscription, key: string): boolean {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") === key;
}

async function register(client: PipitClient, userId: string, subscription: PushSubscription): Promise<void> {
  await tell(client, JSON.stringify(subscription));
  localStorage.setItem(keyOf(userId), subscription.endpoint);
}

/** @param token null takes it away */
async function tell(client: PipitClient, token: string | null): Promise<void> {
  const { deviceId } = client;
  if (deviceId === undefined) throw new Error("The client has not started.");
  const { name, type, platform, appVersion } = describeDevice();
  await client.api.devices.register({
    device_id: deviceId,
    device_name: name,
    device_type: type,
    platform,
    app_version: appVersion,
    push_token: token,
  });
}
