/** A host product with Pipit inside: its own routes, its own log-in, and chat under /api/v1/chat. */
import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import { createPipit, type PipitOptions } from "@pipit/server";
import { Hono } from "hono";
import { SignJWT } from "jose";

export type HostApp = { server: Server; close(): Promise<void> };

/**
 * @param sessionSecret signs the host's own tokens, and Pipit accepts them: at least 32 characters
 * @param options Pipit's other settings
 */
export async function createHostApp(sessionSecret: string, options: PipitOptions = {}): Promise<HostApp> {
  const pipit = await createPipit({ ...options, jwtSecret: sessionSecret });
  const app = new Hono();
  app.get("/", (c) => c.text("A school's portal."));
  app.post("/log-in/:pupil", async (c) => c.json({ token: await issueToken(sessionSecret, c.req.param("pupil")) }));
  app.route("/api/v1/chat", pipit.router);
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  pipit.attach(server);
  return {
    server,
    async close() {
      server.close();
      await pipit.close();
    },
  };
}

/** A token as the host makes them for its own pages; a real product would check a password first. */
function issueToken(secret: string, pupil: string): Promise<string> {
  return new SignJWT({ tenant: "school", name: pupil })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(pupil)
    .setExpirationTime("15m")
    .sign(new TextEncoder().encode(secret));
}
