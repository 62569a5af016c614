/** The two doors of a demo: its people, and a token for any of them (docs/spec.md Z1). */
import { userId as userIdSchema } from "@pipit/protocol/scalars";
import { type Context, Hono } from "hono";
import { z } from "zod";
import { AppError } from "../app-error.ts";
import type { Services } from "../context.ts";
import { inspectInput } from "../doors/inspect-input.ts";
import { jsonTypes, readJsonBody } from "../doors/read-json-body.ts";
import { addressOf } from "../http/address-of.ts";
import { reply } from "../http/reply.ts";
import type { Limits } from "../ports/limits/limits.ts";
import { demoTenant } from "./act.ts";
import { drawFaces } from "./demo-faces.ts";
import { moveAvatars } from "./demo-mark.ts";
import { demoPeople } from "./demo-people.ts";
import { requireOwnPage } from "./require-own-page.ts";

type Parts = { services: Services; limits: Limits };

const maxBodyBytes = 1_024;
const tokenSeconds = 3_600;
const tokenInput = z.object({ user_id: userIdSchema });

/** Only a server that was started as a demo has them. */
export function demoRoutes(parts: Parts): Hono {
  const { services } = parts;
  const routes = new Hono();
  let faces: Promise<Map<string, string>> | undefined;
  let settledAt: string | undefined;
  // The address is not known before the server listens, and may be another one than last time.
  const settle = async (): Promise<void> => {
    const origin = services.origin();
    if (origin === settledAt || origin === "") return;
    await moveAvatars(services.db, origin);
    settledAt = origin;
  };
  routes.use("/api/demo/*", async (c, next) => {
    c.header("Cache-Control", "no-store");
    requireOwnPage(c.req.raw.headers);
    await settle();
    await next();
  });
  routes.get("/api/demo/people", async (c) => {
    await parts.limits.take("read", toKey(c, services));
    faces ??= drawFaces();
    return c.json({ success: true, data: await listPeople(services, await faces) });
  });
  routes.post("/api/demo/token", async (c) => {
    await parts.limits.take("write", toKey(c, services));
    const user = await requirePerson(services, await readJsonBody(c.req.raw, maxBodyBytes, jsonTypes));
    return c.json({ success: true, data: await services.tokens.issue(user, tokenSeconds) });
  });
  routes.onError((error, c) => reply(c, services.log, error, "demo"));
  return routes;
}

function toKey(c: Context, { config }: Services): string {
  return `demo ${addressOf(c, config.trustProxy)}`;
}

async function findPeople({ db }: Services, ids: readonly string[]) {
  return db
    .selectFrom("users")
    .select(["id", "name", "status_message"])
    .where("tenant_id", "=", demoTenant)
    .where("id", "in", [...ids])
    .limit(demoPeople.length)
    .execute();
}

// As they call themselves by now, and in the order in which they are to be shown.
async function listPeople(services: Services, faces: ReadonlyMap<string, string>) {
  const rows = await findPeople(
    services,
    demoPeople.map((person) => person.id),
  );
  return demoPeople.flatMap(({ id }) => {
    const row = rows.find((entry) => entry.id === id);
    return row ? [{ id, name: row.name, avatar_url: faces.get(id) ?? null, status_message: row.status_message }] : [];
  });
}

/** One of the demo's own people: whoever has signed up here has a password. */
async function requirePerson(services: Services, raw: Record<string, unknown>) {
  inspectInput(raw);
  const input = tokenInput.safeParse(raw);
  if (!input.success) {
    throw new AppError("invalid_request", { details: [{ path: "user_id", message: "must be a person's id" }] });
  }
  const { user_id: userId } = input.data;
  const isKnown = demoPeople.some((person) => person.id === userId);
  const [found] = isKnown ? await findPeople(services, [userId]) : [];
  if (!found) throw new AppError("not_found", { message: "There is no such person in the demo." });
  return { tenantId: demoTenant, userId };
}
