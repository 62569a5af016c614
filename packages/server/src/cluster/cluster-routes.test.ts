/** The page of a cluster: who sees it, and who may act on it. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createWatchedLog } from "../../test/setup/watched-log.ts";
import { defaultConfig } from "../config.ts";
import { ask } from "./balancer.fixture.ts";
import { ClusterNode } from "./cluster-node.ts";
import { createClusterRoutes } from "./cluster-routes.ts";

async function serve() {
  const log = createWatchedLog();
  const nodes = [1, 2].map((number) => new ClusterNode(`node-${number}`, defaultConfig(), log));
  const begun: string[][] = [];
  const restart = {
    nodes,
    isUnderWay: false,
    begin: (given: readonly ClusterNode[] = nodes) => void begun.push(given.map(({ name }) => name)),
  };
  const answer = createClusterRoutes({ restart, log });
  const server = createServer((request, response) => {
    if (!answer(request, response)) response.end("a node's");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, begun };
}

test("it shows each node, as a page and as JSON", async () => {
  const { port } = await serve();
  const page = await ask(port, "/cluster");
  expect(page).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
  expect(page.body).toContain('aria-label="Drain and restart node-2"');
  expect(page.body).toContain('http-equiv="refresh"');
  expect((await ask(port, "/cluster?still")).body).not.toContain('http-equiv="refresh"');
  const { nodes } = JSON.parse((await ask(port, "/cluster.json")).body);
  expect(nodes).toMatchObject([
    { name: "node-1", state: "down", sockets: 0, restarts: 0 },
    { name: "node-2", state: "down" },
  ]);
  expect((await ask(port, "/clusters")).body).toBe("a node's");
});

test("it is there for this machine alone, by its own name", async () => {
  const { port, begun } = await serve();
  const strangers = [{ "x-forwarded-for": "9.9.9.9" }, { forwarded: "for=9.9.9.9" }, { host: "evil.test" }];
  for (const headers of strangers) {
    expect(await ask(port, "/cluster", { headers })).toMatchObject({ status: 404 });
    expect(await ask(port, "/cluster/restart", { method: "POST", headers })).toMatchObject({ status: 404 });
  }
  expect(begun).toEqual([]);
});

test("its own page restarts one node or all; other pages, and links, restart none", async () => {
  const { port, begun } = await serve();
  const post = (path: string, headers: Record<string, string> = {}) => ask(port, path, { method: "POST", headers });
  expect(await post("/cluster/restart", { origin: "http://evil.test" })).toMatchObject({ status: 403 });
  expect(await post("/cluster/restart", { "sec-fetch-site": "cross-site" })).toMatchObject({ status: 403 });
  expect(await ask(port, "/cluster/restart")).toMatchObject({ status: 405, headers: { allow: "POST" } });
  expect(await post("/cluster/restart?node=node-3")).toMatchObject({ status: 404 });
  expect(begun).toEqual([]);
  const own = { host: `localhost:${port}`, origin: `http://localhost:${port}`, "sec-fetch-site": "same-origin" };
  expect(await post("/cluster/restart?node=node-2", own)).toMatchObject({ status: 303 });
  expect(await post("/cluster/restart", own)).toMatchObject({ status: 303, headers: { location: "/cluster" } });
  expect(begun).toEqual([["node-2"], ["node-1", "node-2"]]);
});
