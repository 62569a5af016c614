/** What a client must know of a server before anybody has signed in; none of it is a secret. */
import type { Context } from "hono";
import manifest from "../../package.json" with { type: "json" };
import type { Services } from "../context.ts";

export function serveClientConfig(c: Context, { config, push }: Pick<Services, "config" | "push">): Response {
  c.header("Cache-Control", "no-cache");
  return c.json({
    success: true,
    data: {
      name: "Pipit",
      version: manifest.version,
      accounts: config.accounts,
      demo: config.demo,
      max_upload_bytes: config.maxUploadBytes,
      push_public_key: push.vapidPublicKey,
      max_forward_targets: config.maxForwardTargets,
    },
  });
}
