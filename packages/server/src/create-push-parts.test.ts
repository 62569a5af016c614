/** What is told of settings that are not whole. */
import { expect, it } from "vitest";
import { systemClock } from "./clock.ts";
import { type Config, defaultConfig, readConfig } from "./config.ts";
import type { Services } from "./context.ts";
import { createPushParts } from "./create-push-parts.ts";
import { createLog } from "./log.ts";
import { startFakeApns } from "./ports/push/fake-apns.fixture.ts";
import { startFakeFcm } from "./ports/push/fake-fcm.fixture.ts";
import { closeLater } from "./ports/push/fake-provider.fixture.ts";

function create(config: Partial<Config>) {
  // Nothing is asked of the database until something is told to the signals.
  const db = {} as Services["db"];
  const keys = { publicKey: "", privateKey: "" };
  const jobs = { wake: () => {} };
  return createPushParts({
    config: defaultConfig(config),
    db,
    log: createLog("fatal"),
    clock: systemClock,
    jobs,
    keys,
    observe: () => {},
  });
}

it("offers the providers that are set up, all of them by settings alone", async () => {
  const apns = closeLater(await startFakeApns(systemClock.now));
  const fcm = closeLater(await startFakeFcm(systemClock.now));
  const { key, keyId, teamId, topic } = apns.settings;
  const config = readConfig({
    FCM_SERVICE_ACCOUNT: JSON.stringify(fcm.account),
    FCM_URL: fcm.url,
    APNS_KEY: key,
    APNS_KEY_ID: keyId,
    APNS_TEAM_ID: teamId,
    APNS_TOPIC: topic,
    APNS_HOST: apns.url,
  });
  const { sender } = create(config);
  expect(sender.providers).toEqual(["webpush", "fcm", "apns"]);
  const notification = { type: "test", tag: "test", badge: 0, alert: { body: "x" }, data: {}, ttlSeconds: 60 } as const;
  for (const provider of ["fcm", "apns"] as const) {
    expect(await sender.send({ provider, token: "ab".repeat(32) }, notification)).toEqual({ result: "sent" });
  }
  await sender.close();
  expect(create({}).sender.providers).toEqual(["webpush"]);
});

it("says which settings are missing or wrong, and never a key", () => {
  expect(() => create({ apnsKey: "secret", apnsKeyId: "id" })).toThrow(/APNS_TEAM_ID and APNS_TOPIC belong together/);
  const apns = { apnsKey: "secret", apnsKeyId: "id", apnsTeamId: "team", apnsTopic: "topic" };
  expect(() => create(apns)).toThrow(/^APNS_KEY: the private key can't be read$/);
  expect(() => readConfig({ FCM_SERVICE_ACCOUNT: '{"private_key":"secret"}' })).toThrow(
    /FCM_SERVICE_ACCOUNT: must be the JSON of a service account's key file$/,
  );
  expect(() => readConfig({ VAPID_PUBLIC_KEY: "short", VAPID_SUBJECT: "ada" })).toThrow(
    /VAPID_PUBLIC_KEY: must be 65 bytes in base64url\n {2}VAPID_SUBJECT: must begin with/,
  );
});
