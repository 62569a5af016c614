/** The adapters against the contract, and what is special about each. */
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import webPush from "web-push";
import { createFakeClock } from "../../../test/setup/fake-clock.ts";
import { createApnsSender } from "./apns-sender.ts";
import { startFakeApns } from "./fake-apns.fixture.ts";
import { startFakeFcm } from "./fake-fcm.fixture.ts";
import { closeLater } from "./fake-provider.fixture.ts";
import { startFakeWebPush } from "./fake-web-push.fixture.ts";
import { createFcmSender } from "./fcm-sender.ts";
import { createAddressGuard } from "./guard-address.ts";
import { describePushAdapter, message, patienceMs as timeoutMs } from "./push-adapter-contract.fixture.ts";
import { createWebPushSender } from "./web-push-sender.ts";

const newToken = (): string => randomBytes(32).toString("hex");

async function openWebPush(allowLoopback = true) {
  const keys = webPush.generateVAPIDKeys();
  const provider = await startFakeWebPush(() => keys.publicKey);
  const subject = "mailto:postmaster@example.org";
  const adapter = createWebPushSender({ keys, subject, timeoutMs, allowLoopback });
  return { adapter, provider, token: provider.subscribe };
}

async function openFcm() {
  const clock = createFakeClock();
  const provider = await startFakeFcm(clock.now);
  const { account, url: baseUrl } = provider;
  return {
    clock,
    provider,
    adapter: createFcmSender({ account, baseUrl, timeoutMs, now: clock.now }),
    token: newToken,
  };
}

async function openApns() {
  const clock = createFakeClock();
  const provider = await startFakeApns(clock.now);
  return {
    clock,
    provider,
    adapter: createApnsSender({ ...provider.settings, timeoutMs, now: clock.now }),
    token: newToken,
  };
}

function closeBoth<Opened extends Awaited<ReturnType<typeof openWebPush | typeof openFcm | typeof openApns>>>(
  opened: Opened,
): Opened {
  closeLater(opened.adapter);
  closeLater(opened.provider);
  return opened;
}

describePushAdapter("Web Push", () => openWebPush());
describePushAdapter("FCM", openFcm);
describePushAdapter("APNs", openApns);

describe("Web Push", () => {
  it("[U9] goes to no address of this machine unless a setting for tests lets it", async () => {
    const { adapter, provider, token } = closeBoth(await openWebPush(false));
    expect(await adapter.send(token(), message)).toMatchObject({
      result: "dead",
      detail: expect.stringMatching(/https/),
    });
    const subscription = JSON.parse(token());
    for (const endpoint of [
      "http://push.example.org/x",
      "https://127.0.0.1/x",
      "https://0x7f.1/x",
      "https://[::1]/x",
      "https://[::ffff:10.0.0.1]/x",
      "https://169.254.169.254/latest/meta-data",
      "https://10.1.2.3/x",
      "https://user:secret@push.example.org/x",
      "file:///etc/passwd",
    ]) {
      const outcome = await adapter.send(JSON.stringify({ ...subscription, endpoint }), message);
      expect(outcome, endpoint).toMatchObject({ result: "dead" });
    }
    const byName = await adapter.send(JSON.stringify({ ...subscription, endpoint: "https://localhost/x" }), message);
    expect(byName).toMatchObject({ result: "failed", isRetryable: false, detail: expect.stringMatching(/not public/) });
    expect(provider.asked).toBe(0);
  });

  it("[U9] tells no word of what it is answered", async () => {
    const { adapter, provider, token } = closeBoth(await openWebPush());
    const tell = async (mood: "busy" | "dead" | "refuses") => {
      provider.mood = mood;
      return adapter.send(token(), message);
    };
    const told = JSON.stringify([await tell("busy"), await tell("dead"), await tell("refuses")]);
    expect(told).not.toMatch(/slow|unsubscribed|VAPID/);
  });

  it("[U9] gives a look-up up when its time is over", async () => {
    const { lookup } = createAddressGuard({ allowLoopback: false });
    const given = new AbortController();
    const { promise, resolve } = Promise.withResolvers<Error | null>();
    lookup(given.signal)("name.invalid", { all: true }, resolve);
    given.abort();
    // Cancelled, or already found not to be there.
    expect(String(await promise)).toMatch(/ECANCELLED|is not public/);
  });

  it("[U7] a token that is no subscription is dead", async () => {
    const { adapter, token } = closeBoth(await openWebPush());
    const good = JSON.parse(token());
    for (const bad of ["x", "{}", JSON.stringify({ ...good, keys: { ...good.keys, auth: "c2hvcnQ" } })]) {
      expect(await adapter.send(bad, message)).toMatchObject({ result: "dead" });
    }
    const offCurve = Buffer.alloc(65, 4).toString("base64url");
    const outcome = await adapter.send(JSON.stringify({ ...good, keys: { ...good.keys, p256dh: offCurve } }), message);
    expect(outcome.result).toBe("dead");
  });

  it("is urgent if it is shown, and says how long it is worth keeping", async () => {
    const { adapter, provider, token } = closeBoth(await openWebPush());
    await adapter.send(token(), message);
    await adapter.send(token(), { ...message, type: "clear", alert: undefined });
    expect(provider.taken.map(({ headers }) => [headers.urgency, headers.ttl])).toEqual([
      ["high", "3600"],
      ["normal", "3600"],
    ]);
  });
});

describe("FCM", () => {
  it("asks for an access token once an hour, and again when it was withdrawn", async () => {
    const { adapter, provider, clock, token } = closeBoth(await openFcm());
    await Promise.all([adapter.send(token(), message), adapter.send(token(), message)]);
    clock.pass(3_500);
    await adapter.send(token(), message);
    expect(provider.granted).toBe(1);
    clock.pass(60);
    await adapter.send(token(), message);
    expect(provider.granted).toBe(2);
    provider.withdraw();
    expect(await adapter.send(token(), message)).toEqual({ result: "sent" });
    expect([provider.granted, provider.faults]).toEqual([3, []]);
  });

  it("[U7] a token of another project's is not dead, for the settings may be wrong", async () => {
    const { adapter, provider, token } = closeBoth(await openFcm());
    provider.code = "SENDER_ID_MISMATCH";
    const outcome = await adapter.send(token(), message);
    expect(outcome).toMatchObject({ result: "failed", isRetryable: false, isOursToMend: true });
  });

  it("wakes no phone for what is silent, and shows what is not once per room", async () => {
    const { adapter, provider, token } = closeBoth(await openFcm());
    await adapter.send(token(), message);
    await adapter.send(token(), { ...message, type: "clear", alert: undefined });
    const [shown, silent] = provider.taken.map(({ headers }) => headers.android);
    expect(shown).toMatchObject({ priority: "HIGH", notification: { tag: message.tag, notification_count: 7 } });
    expect(silent).toEqual({ priority: "NORMAL", collapse_key: message.tag, ttl: "3600s" });
  });
});

describe("APNs", () => {
  it("[U7] a token that is not hexadecimal is dead, and nobody is asked", async () => {
    const { adapter, provider } = closeBoth(await openApns());
    for (const token of ["", "../../etc", "abcdefgh/", "xyz12345"]) {
      expect(await adapter.send(token, message)).toMatchObject({ result: "dead" });
    }
    expect(provider.asked).toBe(0);
  });

  it("[U7] calls a token dead for being bad only after its settings have been good for another", async () => {
    const { adapter, provider, token } = closeBoth(await openApns());
    provider.reason = "BadDeviceToken";
    const faulty = { result: "failed", isRetryable: false, isOursToMend: true };
    expect(await adapter.send(token(), message)).toMatchObject(faulty);
    provider.reason = undefined;
    expect(await adapter.send(token(), message)).toEqual({ result: "sent" });
    provider.reason = "BadDeviceToken";
    expect(await adapter.send(token(), message)).toMatchObject({ result: "dead", detail: "400 BadDeviceToken" });
    provider.reason = "DeviceTokenNotForTopic";
    expect(await adapter.send(token(), message)).toMatchObject(faulty);
  });

  it("keeps one connection, and makes another when it is hung up on", async () => {
    const { adapter, provider, token } = closeBoth(await openApns());
    for (let n = 0; n < 3; n += 1) await adapter.send(token(), message);
    expect(provider.connections).toBe(1);
    provider.hangUp();
    await expect.poll(async () => (await adapter.send(token(), message)).result).toBe("sent");
    expect(provider.connections).toBe(2);
  });

  it("signs anew after 40 minutes, not sooner", async () => {
    const { adapter, provider, clock, token } = closeBoth(await openApns());
    for (const seconds of [0, 2_000, 399, 1, 2_399, 1]) {
      clock.pass(seconds);
      expect(await adapter.send(token(), message)).toEqual({ result: "sent" });
    }
    expect(provider.bearers.size).toBe(3);
  });
});
