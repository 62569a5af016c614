/** The keys that Web Push subscriptions are bound to: configured, or made once and kept in the database. */

import webPush from "web-push";
import type { Config } from "../../config.ts";
import type { Services } from "../../context.ts";
import type { VapidKeys } from "../../ports/push/web-push-sender.ts";

type Parts = Pick<Services, "db" | "clock">;

/** The keys in force; nodes that start together end with the same ones. @throws when one of two is configured */
export async function resolveVapidKeys({ db, clock }: Parts, config: Config): Promise<VapidKeys> {
  const { vapidPublicKey, vapidPrivateKey } = config;
  if ((vapidPublicKey === undefined) !== (vapidPrivateKey === undefined)) {
    throw new Error("VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY belong together: give both, or neither");
  }
  if (vapidPublicKey !== undefined && vapidPrivateKey !== undefined) {
    return { publicKey: vapidPublicKey, privateKey: vapidPrivateKey };
  }
  return (await findKeys({ db })) ?? makeKeys({ db, clock });
}

async function makeKeys({ db, clock }: Parts): Promise<VapidKeys> {
  const { publicKey, privateKey } = webPush.generateVAPIDKeys();
  await db
    .insertInto("push_keys")
    .values({ public_key: publicKey, private_key: privateKey, created_at: clock.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const kept = await findKeys({ db });
  if (!kept) throw new Error("the keys of Web Push were not kept");
  return kept;
}

async function findKeys({ db }: Pick<Parts, "db">): Promise<VapidKeys | undefined> {
  return db.selectFrom("push_keys").select(["public_key as publicKey", "private_key as privateKey"]).executeTakeFirst();
}
