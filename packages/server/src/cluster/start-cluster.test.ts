/** A whole cluster as `npm start -- --cluster 2` runs it: one database, one Redis, two nodes, a balancer. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { bytesOf, fetchMedia } from "../../test/setup/fetch-media.ts";
import { type Listener, listenTo } from "../../test/setup/listening.ts";
import { createRest, type Rest } from "../../test/setup/rest-client.ts";
import { findFreePort, waitUntilReady } from "../../test/setup/server-process.ts";
import { makeGroup, readHistory } from "../../test/setup/talk.ts";
import { type Person, testAdminKey, testSecret } from "../../test/setup/test-server.ts";
import { note, upload } from "../../test/setup/upload.ts";
import { systemClock } from "../clock.ts";
import { createTokenIssuer } from "../identity/issue-token.ts";
import type { ClusterView, NodeView } from "./cluster-view.ts";

const program = fileURLToPath(new URL("../../bin/pipit.js", import.meta.url));
const patience = { timeout: 15_000, interval: 50 };

let child: ChildProcess;
let ended: Promise<unknown>;
let url: string;
let dataDir: string;
let output = "";
const sockets: Socket[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "pipit-cluster-"));
  // Under root, PostgreSQL runs as another user.
  await chmod(dataDir, 0o755);
  const port = await findFreePort();
  child = spawn(process.execPath, [program, "start", "--cluster", "2"], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      PORT: String(port),
      HOST: "127.0.0.1",
      PIPIT_DATA_DIR: dataDir,
      PIPIT_JWT_SECRET: testSecret,
      PIPIT_ADMIN_KEY: testAdminKey,
      PIPIT_DRAIN: "0",
      PIPIT_WEB: "off",
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  ended = once(child, "exit");
  url = `http://127.0.0.1:${port}`;
  await waitUntilReady(url, child, 30_000, () => output);
});

afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  child.kill("SIGTERM");
  await ended;
  await rm(dataDir, { recursive: true, force: true });
});

async function enter(id: string): Promise<Person & { listener: Listener }> {
  const { token } = await createTokenIssuer(testSecret, systemClock).issue({ userId: id, tenantId: "default" }, 900);
  const rest: Rest = createRest(url, token);
  await rest.get("/users/me");
  const socket = io(url, { auth: { token }, transports: ["websocket"], forceNew: true, reconnectionDelay: 50 });
  sockets.push(socket);
  await connected(socket);
  return { id, tenant: "default", token, rest, listener: listenTo(socket) };
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("connect", resolve));
}

async function readNodes(): Promise<NodeView[]> {
  const view = (await (await fetch(`${url}/cluster.json`)).json()) as ClusterView;
  return view.nodes;
}

/** Sends as clients do: what had no answer, or a retryable one, is sent again under the same id. */
async function send(person: Person, roomId: string, content: string): Promise<void> {
  const body = { content, client_message_id: content };
  await vi.waitUntil(async () => (await person.rest.post(`/rooms/${roomId}/messages`, body)).body.success, patience);
}

const contentsOf = ({ listener }: { listener: Listener }): string[] =>
  listener
    .of("message:receive")
    .filter(({ message_type: type }) => type !== "system")
    .map(({ content }) => content);

test("[G4] what one node takes is heard on the other, also after a node was killed, and all end together", async () => {
  await vi.waitUntil(async () => (await readNodes()).every(({ state }) => state === "ready"), patience);
  const [ada, ben] = [await enter("ada"), await enter("ben")];
  const nodes = await readNodes();
  expect(nodes.map(({ sockets: count }) => count)).toEqual([1, 1]);
  const roomId = await makeGroup(ada, ["ben"]);
  for (const content of ["one", "two"]) await send(ada, roomId, content);
  await vi.waitUntil(() => [ada, ben].every((person) => contentsOf(person).length === 2), patience);

  // One node took it in, perhaps another one confirmed it; each of them has it, under the balancer's address.
  const media = await upload(ada, note);
  expect(media.url).toMatch(new RegExp(`^${url}/`));
  for (const _node of nodes) expect(await bytesOf(await fetchMedia(ada, media.url))).toEqual(note.bytes);

  const [killed, other] = nodes;
  if (!killed?.pid || !other?.pid) throw new Error("a node does not run");
  const came = Promise.race(sockets.map(connected));
  process.kill(killed.pid, "SIGKILL");
  for (const content of ["three", "four"]) await send(ben, roomId, content);
  await came;
  await send(ada, roomId, "five");
  await vi.waitUntil(() => [ada, ben].every((person) => contentsOf(person).includes("five")), patience);
  const kept = (await readHistory(ada, roomId)).filter(({ message_type: type }) => type !== "system");
  expect(kept.map(({ content }) => content)).toEqual(["one", "two", "three", "four", "five"]);
  await vi.waitUntil(async () => (await readNodes())[0]?.state === "ready", patience);
  const [again, unharmed] = await readNodes();
  expect(again).toMatchObject({ restarts: 1 });
  expect(again?.pid).not.toBe(killed.pid);
  expect(unharmed).toMatchObject({ pid: other.pid, restarts: 0 });

  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  for (const pid of [again?.pid, other.pid]) expect(() => process.kill(pid ?? 0, 0)).toThrow("ESRCH");
});
