/** What those who run the server ask it: is it alive, is it ready, what are its figures. */

import { Hono } from "hono";
import { sql } from "kysely";
import type { Services } from "../context.ts";
import { isMigrated } from "../db/migrate.ts";
import { ownerKey } from "../features/media/media-files-access.ts";

const patienceMs = 2_000;

type Check = "ok" | "failed";

export function healthRoutes(services: Services, isDraining: () => boolean): Hono {
  const routes = new Hono();
  routes.get("/healthz", (c) => c.json({ status: "ok" }));
  routes.get("/readyz", async (c) => {
    const database = await check(services, () => sql`select 1`.execute(services.db));
    const migrations = database === "ok" ? await check(services, () => requireMigrated(services)) : "failed";
    const isReady = database === "ok" && migrations === "ok" && !isDraining();
    const status = isDraining() ? "draining" : isReady ? "ok" : "unavailable";
    // Without it messages go on; only media waits.
    const media = await check(services, () => services.media.store.stat(ownerKey));
    return c.json({ status, checks: { database, migrations, media } }, isReady ? 200 : 503);
  });
  routes.get("/metrics", async (c) =>
    c.body(await services.metrics.registry.metrics(), 200, { "Content-Type": services.metrics.registry.contentType }),
  );
  return routes;
}

async function requireMigrated(services: Services): Promise<void> {
  if (!(await isMigrated(services.db))) throw new Error("migrations have not run");
}

async function check(services: Services, work: () => Promise<unknown>): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), patienceMs);
  });
  try {
    await Promise.race([work(), late]);
    return "ok";
  } catch (error) {
    services.log.warn({ err: error }, "a readiness check failed");
    return "failed";
  } finally {
    clearTimeout(timer);
  }
}
