/** A real server on a database of its own, and clients for its two doors. */
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { io, type Socket } from "socket.io-client";
import { systemClock } from "../../src/clock.ts";
import { createTokenIssuer, type TokenIssuer } from "../../src/identity/issue-token.ts";
import type { Load } from "../../src/load.ts";
import { createLog } from "../../src/log.ts";
import { createPipit, type Pipit, type PipitOptions } from "../../src/pipit.ts";
import { createRest, type Rest } from "./rest-client.ts";
import { createTestDatabase } from "./test-database.ts";

export const testSecret = "a secret of at least thirty-two bytes";
export const testAdminKey = "an-admin-key-of-at-least-thirty-two-bytes";

/** Nothing is dropped because the machine is busy. */
const quiet: Load = { isHigh: () => false, noteSockets: () => {}, close: () => {} };

export type Person = { id: string; tenant: string; token: string; rest: Rest };

export type TestServer = {
  url: string;
  databaseUrl: string;
  pipit: Pipit;
  tokens: TokenIssuer;
  /** A user with a token, known to the server. */
  person(id: string, tenant?: string): Promise<Person>;
  /** A connected socket of theirs. */
  socket(person: Person, options?: { deviceId?: string; inFocus?: boolean }): Promise<Socket>;
  rest(token: string | undefined): Rest;
  close(): Promise<void>;
};

/** @param options settings besides the defaults of tests: no rate limits, no drain, a silent log */
export async function startTestServer(options: PipitOptions = {}): Promise<TestServer> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), "pipit-data-"));
  const pipit = await createPipit({
    databaseUrl: database.url,
    dataDir,
    databasePoolSize: 4,
    jwtSecret: testSecret,
    adminKey: testAdminKey,
    rateLimits: false,
    drainSeconds: 0,
    web: "off",
    load: quiet,
    log: createLog("fatal"),
    ...options,
  });
  const server = createAdaptorServer({ fetch: pipit.site.fetch }) as Server;
  pipit.attach(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sockets: Socket[] = [];
  const tokens = createTokenIssuer(testSecret, systemClock);
  return {
    url,
    databaseUrl: database.url,
    pipit,
    tokens,
    async person(id, tenant = "default") {
      const { token } = await tokens.issue({ userId: id, tenantId: tenant, name: id }, 900);
      const rest = createRest(url, token);
      await rest.get("/users/me");
      return { id, tenant, token, rest };
    },
    async socket(person, { deviceId, inFocus } = {}) {
      const socket = io(url, {
        // What is undefined is left out of JSON.
        auth: { token: person.token, device_id: deviceId, in_focus: inFocus },
        transports: ["websocket"],
        forceNew: true,
        reconnection: false,
      });
      sockets.push(socket);
      await new Promise<void>((resolve, reject) => {
        socket.once("connect", resolve);
        socket.once("connect_error", reject);
      });
      return socket;
    },
    rest: (token) => createRest(url, token),
    async close() {
      for (const socket of sockets) socket.disconnect();
      await pipit.close();
      server.close();
      server.closeAllConnections();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
