/** Starting and stopping, and the command line, as those who run a server see them. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { io } from "socket.io-client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createRest } from "./setup/rest-client.ts";
import { findFreePort, type ServerProcess, startServerProcess } from "./setup/server-process.ts";
import { createTestDatabase, type TestDatabase } from "./setup/test-database.ts";
import { testAdminKey } from "./setup/test-server.ts";

const program = fileURLToPath(new URL("../bin/pipit.js", import.meta.url));

let database: TestDatabase;
const running: ServerProcess[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const server of running.splice(0)) if (server.child.exitCode === null) await server.end("SIGKILL");
});
afterAll(() => database.drop());

async function start(env: Record<string, string>): Promise<ServerProcess> {
  const server = await startServerProcess(env);
  running.push(server);
  return server;
}

type Ran = { code: number; stdout: string; stderr: string };

function run(args: string[], env: Record<string, string>): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { env: { PATH: process.env.PATH ?? "", ...env } },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, stdout, stderr });
      },
    );
  });
}

describe("pipit start", () => {
  it("says so when the port is taken, and touches nothing", async () => {
    const port = await findFreePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, resolve));
    const dataDir = join(tmpdir(), `pipit-none-${port}`);
    const ran = await run(["start"], { PORT: String(port), PIPIT_DATA_DIR: dataDir });
    await new Promise((resolve) => other.close(resolve));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`Port ${port} is taken`);
    await expect(readFile(join(dataDir, "secrets.json"))).rejects.toThrow("ENOENT");
  });

  it("names every problem of its settings at once", async () => {
    const ran = await run(["start"], {
      PORT: "many",
      PIPIT_JWT_SECRET: "short",
      PIPIT_TYPO: "1",
      DATABASE_URL: "mysql://x",
    });
    expect(ran.code).toBe(1);
    for (const name of ["PORT", "PIPIT_JWT_SECRET", "PIPIT_TYPO", "DATABASE_URL"]) expect(ran.stderr).toContain(name);
    expect(ran.stderr).not.toContain("    at ");
  });

  it("says so when the database can't be reached", async () => {
    const ran = await run(["start"], {
      PORT: String(await findFreePort()),
      DATABASE_URL: "postgresql://u:p@127.0.0.1:1/x",
    });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("ECONNREFUSED");
  });

  it("a stop answers what was accepted: no acknowledged or unacknowledged send is lost or doubled", async () => {
    const server = await start({ DATABASE_URL: database.url, PIPIT_RATE_LIMITS: "off" });
    const tokens = await issueTokens(server, ["stopper", "peer"]);
    const rest = createRest(server.url, tokens.stopper);
    const room = (await rest.post("/rooms", { type: "direct", member_ids: ["peer"] })).body.data;
    const socket = io(server.url, { auth: { token: tokens.stopper }, transports: ["websocket"], reconnection: false });
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    const acked: number[] = [];
    const send = (n: number): void => {
      const body = { room_id: room.id, content: `m${n}`, client_message_id: `stop-${n}` };
      socket.emit("message:send", body, (reply: { success: boolean; data: { sequence_number: number } }) => {
        if (reply.success) acked.push(reply.data.sequence_number);
      });
    };
    for (let n = 0; n < 400; n += 1) send(n);
    const told = new Promise<{ reason: string }>((resolve) => socket.once("sync:required", resolve));
    await socket.emitWithAck("message:send", { room_id: room.id, content: "the first to be answered waits for these" });
    for (let n = 400; n < 800; n += 1) send(n);
    expect(await server.end("SIGTERM")).toBe(0);
    expect((await told).reason).toBe("server_draining");
    const again = await start({ DATABASE_URL: database.url, PIPIT_RATE_LIMITS: "off" });
    const found = (await createRest(again.url, tokens.stopper).get(`/rooms/${room.id}`)).body.data.last_sequence;
    expect(new Set(acked).size).toBe(acked.length);
    expect(acked.length).toBeGreaterThan(0);
    expect(Math.max(...acked)).toBeLessThanOrEqual(found);
  });

  it("two on one data directory: the second is refused, and the first goes on", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "pipit-life-"));
    const first = await start({ PIPIT_DATA_DIR: dataDir });
    const second = await run(["start"], { PORT: String(await findFreePort()), PIPIT_DATA_DIR: dataDir });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain("PIPIT_DATA_DIR");
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    const token = await run(["token", "--user", "ada"], { PIPIT_DATA_DIR: dataDir, PIPIT_JWT_SECRET: "x".repeat(40) });
    expect(token.stdout.trim().split(".")).toHaveLength(3);
    expect(await first.end("SIGTERM")).toBe(0);
    await rm(dataDir, { recursive: true, force: true });
  }, 60_000);

  it("is not ready before its database has been migrated", async () => {
    const bare = await createTestDatabase();
    const client = new pg.Client(bare.url);
    await client.connect();
    await client.query("delete from kysely_migration where name = '0003-append'");
    await client.end();
    await expect(
      startServerProcess({ DATABASE_URL: bare.url, PIPIT_MIGRATE: "off", PIPIT_ACCOUNTS: "off" }, 4_000),
    ).rejects.toThrow("did not start");
    await bare.drop();
  });
});

describe("the command line", () => {
  it("checks the settings and prints them without secrets", async () => {
    const secret = "a-very-secret-secret-of-forty-characters";
    const ran = await run(["check-config"], { PIPIT_JWT_SECRET: secret, PORT: "4000", PIPIT_RATE_SEND: "5/1" });
    expect(ran.stdout).toContain("PORT=4000");
    expect(ran.stdout).toContain("PIPIT_RATE_SEND=5/1");
    expect(ran.stdout).toContain("PIPIT_JWT_SECRET=(set)");
    expect(ran.stdout).not.toContain(secret);
  });

  it("reads a secret from a file", async () => {
    const dir = await mkdtemp(join(tmpdir(), "pipit-file-"));
    await writeFile(join(dir, "secret"), `${"s".repeat(40)}\n`);
    const ran = await run(["check-config"], { PIPIT_JWT_SECRET_FILE: join(dir, "secret") });
    await rm(dir, { recursive: true });
    expect(ran.stdout).toContain("PIPIT_JWT_SECRET=(set)");
  });

  it("makes users, says when the database is up to date, and has help for each command", async () => {
    const env = { DATABASE_URL: database.url };
    const user = await run(["user", "--id", "clara", "--name", "Clara", "--role", "moderator"], env);
    expect(JSON.parse(user.stdout)).toEqual({ id: "clara", name: "Clara", avatar_url: null, role: "moderator" });
    expect((await run(["user", "--id", "not valid"], env)).stderr).toContain("user_id");
    expect((await run(["migrate"], env)).stdout).toContain("up to date");
    for (const command of ["start", "migrate", "token", "user", "check-config"]) {
      const help = await run([command, "--help"], {});
      expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining(`Usage: pipit ${command}`) });
    }
  });
});

async function issueTokens<Name extends string>(server: ServerProcess, names: Name[]): Promise<Record<Name, string>> {
  const admin = createRest(server.url, testAdminKey);
  const entries = await Promise.all(
    names.map(async (user_id) => [user_id, (await admin.post("/admin/tokens", { user_id })).body.data.token] as const),
  );
  return Object.fromEntries(entries) as Record<Name, string>;
}
