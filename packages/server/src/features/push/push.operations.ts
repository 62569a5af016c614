/** Operations on notifications. */
import type { Handlers } from "../../context.ts";
import { testPush } from "./test-push.ts";

export const pushHandlers = {
  "devices.testPush": testPush,
  "push.config": async ({ push }) => ({
    vapid_public_key: push.vapidPublicKey,
    providers: [...push.sender.providers],
  }),
} satisfies Partial<Handlers>;
