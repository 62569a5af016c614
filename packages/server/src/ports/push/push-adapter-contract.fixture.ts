/** What every adapter of the port must do (push-sender.ts), against a provider that checks what it is sent. */
import { describe, expect, it } from "vitest";
import { closeLater, type FakeProvider } from "./fake-provider.fixture.ts";
import type { PushAdapter, PushNotification } from "./push-sender.ts";

export type AdapterUnderTest = {
  adapter: PushAdapter;
  provider: FakeProvider;
  /** A token that the provider knows. */
  token(): string;
};

/** How long the adapters of the suite wait. */
export const patienceMs = 400;

export const message: PushNotification = {
  type: "message",
  tag: "0b7e6c0e-5f0c-4c7e-9b55-0d2c4b3f9a11",
  badge: 7,
  alert: { title: "Choir, “Tuesday”", body: 'Ünïcode 👩‍👩‍👧 and "quotes"\nin two lines' },
  data: { room_id: "0b7e6c0e-5f0c-4c7e-9b55-0d2c4b3f9a11", sequence_number: 42 },
  ttlSeconds: 3_600,
};

const clear: PushNotification = { ...message, type: "clear", alert: undefined, badge: 0 };

/** @param open makes an adapter and what it sends to; the suite closes both */
export function describePushAdapter(name: string, open: () => Promise<AdapterUnderTest>): void {
  describe(`push: ${name}`, () => {
    for (const [title, check] of Object.entries(rules)) {
      it(title, async () => {
        const under = await open();
        closeLater(under.adapter);
        closeLater(under.provider);
        await check(under);
      });
    }
  });
}

const rules: Record<string, (under: AdapterUnderTest) => Promise<void>> = {
  "[U1] a message arrives whole: words, ids, badge, and what replaces an earlier one": async (under) => {
    const { adapter, provider } = under;
    const token = under.token();
    expect(await adapter.send(token, message)).toEqual({ result: "sent" });
    expect(provider.faults).toEqual([]);
    expect(provider.taken).toMatchObject([{ token, alert: message.alert }]);
    const [first] = provider.taken;
    expect(first?.data).toMatchObject({ type: "message", tag: message.tag, badge: 7, room_id: message.tag });
    expect(String(first?.data.sequence_number)).toBe("42");
    expect(first?.collapse?.replaceAll("-", "")).toBe(message.tag.replaceAll("-", ""));
  },

  "[U6] what takes a notification away is silent, and has the same tag": async (under) => {
    const { adapter, provider } = under;
    const token = under.token();
    await adapter.send(token, message);
    expect(await adapter.send(token, clear)).toEqual({ result: "sent" });
    expect(provider.faults).toEqual([]);
    const [first, second] = provider.taken;
    expect(second).toMatchObject({ alert: undefined, data: { type: "clear", badge: 0 } });
    expect(second?.collapse).toBe(first?.collapse);
  },

  "keeps apart what is sent at the same time": async (under) => {
    const tokens = Array.from({ length: 20 }, () => under.token());
    const outcomes = await Promise.all(tokens.map((token, n) => under.adapter.send(token, { ...message, badge: n })));
    expect(new Set(outcomes.map(({ result }) => result))).toEqual(new Set(["sent"]));
    const badges = new Map(under.provider.taken.map(({ token, data }) => [token, data.badge]));
    expect(tokens.map((token) => badges.get(token))).toEqual(tokens.map((_, n) => n));
  },

  "[U7] a token that the provider knows no more is dead": async ({ adapter, provider, token }) => {
    provider.mood = "dead";
    expect(await adapter.send(token(), message)).toMatchObject({ result: "dead", detail: expect.stringMatching(/\w/) });
  },

  "[U8] too much for now may be tried again, when the provider says": async ({ adapter, provider, token }) => {
    provider.mood = "busy";
    const outcome = await adapter.send(token(), message);
    expect(outcome).toMatchObject({ result: "failed", isRetryable: true, retryAfterSeconds: 120 });
    expect(outcome).toHaveProperty("detail", expect.stringMatching(/^429 [ -~]+$/));
  },

  "[U8] a fault of the provider's may be tried again, a refusal not": async ({ adapter, provider, token }) => {
    provider.mood = "broken";
    expect(await adapter.send(token(), message)).toMatchObject({ result: "failed", isRetryable: true });
    provider.mood = "refuses";
    expect(await adapter.send(token(), message)).toMatchObject({ result: "failed", isRetryable: false });
    provider.mood = "takes";
    expect(await adapter.send(token(), message)).toEqual({ result: "sent" });
  },

  "[G11] waits no longer than its patience, and goes on afterwards": async ({ adapter, provider, token }) => {
    provider.mood = "silent";
    const since = performance.now();
    const outcomes = await Promise.all([adapter.send(token(), message), adapter.send(token(), message)]);
    expect(performance.now() - since).toBeLessThan(patienceMs * 5);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ result: "failed", isRetryable: true });
    provider.mood = "takes";
    expect(await adapter.send(token(), message)).toEqual({ result: "sent" });
  },

  "[G11] reads no more of an answer than it needs": async ({ adapter, provider, token }) => {
    provider.mood = "endless";
    expect(await adapter.send(token(), message)).toEqual({ result: "sent" });
  },

  "[U8] a provider that is away may be tried again": async ({ adapter, provider, token }) => {
    const known = token();
    await provider.close();
    expect(await adapter.send(known, message)).toMatchObject({ result: "failed", isRetryable: true });
  },
};
