/** The balancer of a cluster, before nodes that are small servers. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test, vi } from "vitest";
import { ask, close, echo, openSocket, readUntil, startBalancer, startNode } from "./balancer.fixture.ts";

const polling = "/socket.io/?EIO=4&transport=polling";

test("requests go to the ready nodes in turn", async () => {
  const nodes = [await startNode("a"), await startNode("b"), await startNode("c")];
  const port = await startBalancer(nodes);
  const first = [await ask(port, "/"), await ask(port, "/"), await ask(port, "/")];
  expect(first.map(({ body }) => body).sort()).toEqual(["a", "b", "c"]);
  if (nodes[1]) nodes[1].isReady = false;
  const second = [await ask(port, "/"), await ask(port, "/"), await ask(port, "/"), await ask(port, "/")];
  expect(new Set(second.map(({ body }) => body))).toEqual(new Set(["a", "c"]));
});

test("a node is told the host and where a request came from, and nothing of the client's connection", async () => {
  const node = await startNode("a", (request, response) => response.end(JSON.stringify(request.headers)));
  const headers = {
    host: "chat.test",
    "x-forwarded-for": "9.9.9.9",
    te: "trailers",
    connection: "close, x-hop",
    "x-hop": "1",
  };
  const seen = JSON.parse((await ask(await startBalancer([node]), "/", { headers })).body);
  expect(seen).toMatchObject({ host: "chat.test", "x-forwarded-for": "9.9.9.9, 127.0.0.1" });
  expect(seen).not.toHaveProperty("te");
  expect(seen).not.toHaveProperty("x-hop");
  const behind = JSON.parse((await ask(await startBalancer([node], true), "/", { headers })).body);
  expect(behind["x-forwarded-for"]).toBe("9.9.9.9");
});

test("a request that could not be connected is given to another node, with its body", async () => {
  const gone = await startNode("gone");
  await close(gone);
  const node = await startNode("a", async (request, response) => response.end(await text(request)));
  const port = await startBalancer([gone, node]);
  const body = "x".repeat(3_000_000);
  const answers = [await ask(port, "/", { method: "POST", body }), await ask(port, "/", { method: "POST", body })];
  expect(answers.map((answer) => answer.body === body)).toEqual([true, true]);
  expect(gone.refusals).toBe(1);
});

test("[G3] of requests that a node may have received, only reads are given to another one", async () => {
  const dying = await startNode("dying", (request) => request.socket.destroy());
  const node = await startNode("a");
  const port = await startBalancer([dying, node]);
  expect(await ask(port, "/", { method: "POST", body: "once" })).toMatchObject({ status: 503 });
  expect(await ask(port, "/")).toMatchObject({ status: 200, body: "a" });
  expect(await ask(port, "/")).toMatchObject({ status: 200, body: "a" });
});

test("[G11] without a ready node, requests and sockets are told to come back", async () => {
  const node = await startNode("a");
  node.isReady = false;
  const port = await startBalancer([node]);
  const refused = await ask(port, "/api/v1/chat/rooms", { method: "POST", body: "{}" });
  expect(refused).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  expect(JSON.parse(refused.body)).toMatchObject({ success: false, code: "unavailable", retry_after: 1 });
  expect(await readUntil(openSocket(port), /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 503 [\s\S]*Retry-After: 1/);
});

test("a session of long polling stays on its node, also while that one drains", async () => {
  const answer = (name: string) => async (request: IncomingMessage) =>
    request.url?.includes("sid=") ? name : `0{"sid":"session-of-${name}","upgrades":["websocket"]}`;
  const start = (name: string) =>
    startNode(name, async (request, response) => response.end(await answer(name)(request)));
  const nodes = [await start("a"), await start("b"), await start("c")];
  const port = await startBalancer(nodes);
  const [, sid = ""] = /"sid":"([^"]+)"/.exec((await ask(port, polling)).body) ?? [];
  const own = nodes.find(({ name }) => sid.endsWith(name));
  if (!own) throw new Error(`no node made the session ${sid}`);
  const asked = async () => (await ask(port, `${polling}&sid=${sid}`)).body;
  expect([await asked(), await asked(), await asked()]).toEqual([own.name, own.name, own.name]);
  own.isReady = false;
  expect(await asked()).toBe(own.name);
  echo(own);
  const upgrade = openSocket(port, `/socket.io/?EIO=4&transport=websocket&sid=${sid}`);
  expect(await readUntil(upgrade, /;/)).toContain(`${own.name} for`);
  own.port = undefined;
  expect(await asked()).not.toBe(own.name);
});

test("the parts of an upload go to one node, whose locks are its own", async () => {
  const nodes = [await startNode("a"), await startNode("b"), await startNode("c")];
  const port = await startBalancer(nodes);
  const askedOf = async (token: string) =>
    (await ask(port, `/api/v1/chat/media/tus/${token}`, { method: "PATCH" })).body;
  const owners = new Set<string>();
  for (let upload = 0; upload < 12; upload += 1) {
    const [first, second] = [await askedOf(`upload-${upload}`), await askedOf(`upload-${upload}`)];
    expect(second).toBe(first);
    owners.add(first);
  }
  expect(owners.size).toBeGreaterThan(1);
});

test("a socket goes to the node with the fewest, and its bytes go both ways as they come", async () => {
  const [busy, idle] = [await startNode("busy"), await startNode("idle")];
  busy.sockets = 2;
  for (const node of [busy, idle]) echo(node);
  const port = await startBalancer([busy, idle]);
  const socket = openSocket(port, undefined, "early ");
  expect(await readUntil(socket, /EARLY/)).toMatch(/^HTTP\/1\.1 101 [\s\S]*idle for 127\.0\.0\.1;/);
  socket.write("late");
  expect(await readUntil(socket, /LATE/)).toContain("LATE");
  expect([busy.sockets, idle.sockets]).toEqual([2, 1]);
  socket.destroy();
  await vi.waitUntil(() => idle.sockets === 0);
});

test("a socket ends with its node, and another node takes one that could not be connected", async () => {
  const [gone, node] = [await startNode("gone"), await startNode("a")];
  await close(gone);
  node.sockets = 5;
  const upgraded = new Set<{ destroy(): void }>();
  node.server.on("upgrade", (_request, socket) => upgraded.add(socket));
  echo(node);
  const socket = openSocket(await startBalancer([gone, node]));
  await readUntil(socket, /a for/);
  expect([gone.refusals, gone.sockets, node.sockets]).toEqual([1, 0, 6]);
  const ended = once(socket, "close");
  socket.on("error", () => {});
  socket.resume();
  for (const theirs of upgraded) theirs.destroy();
  await ended;
  await vi.waitUntil(() => node.sockets === 5);
});

test("what a node refuses is not a tunnel: its refusal comes back and the connection ends", async () => {
  const node = await startNode("a");
  node.server.on("upgrade", (_request, socket) =>
    socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\nConnection: close\r\n\r\nno\r\n"),
  );
  const socket = openSocket(await startBalancer([node]), undefined, "GET /second HTTP/1.1\r\nHost: here\r\n\r\n");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 Forbidden[\s\S]*no\r\n$/);
  await vi.waitUntil(() => node.sockets === 0);
});

test("other wishes to change protocol are not heeded", async () => {
  const node = await startNode("a");
  const port = await startBalancer([node]);
  const headers = { connection: "upgrade", upgrade: "h2c" };
  expect(await ask(port, "/", { headers })).toMatchObject({ status: 200, body: "a" });
  expect(await ask(port, "/", { headers: { ...headers, upgrade: "websocket" } })).toMatchObject({ body: "a" });
});

test("a client that goes ends what was asked for it", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const node = await startNode("a", (request, response) => {
    response.once("close", resolve);
    response.write("some");
    request.once("end", () => asked.resolve());
    request.resume();
  });
  const port = await startBalancer([node]);
  const socket = openSocket(port, "/slow");
  await asked.promise;
  socket.destroy();
  await promise;
});
