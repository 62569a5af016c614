/** The balancer's own addresses: the page of the cluster, for those who sit at this machine. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "../log.ts";
import { pagePolicy, renderPage } from "./cluster-page.ts";
import { type ClusterView, viewNode } from "./cluster-view.ts";
import { isFromHere, isFromOwnPage } from "./own-page.ts";
import type { RollingRestart } from "./rolling-restart.ts";

const paths = new Set(["/cluster", "/cluster.json", "/cluster/restart"]);

const headers = {
  "Content-Security-Policy": pagePolicy,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cache-Control": "no-store",
};

type Restart = Pick<RollingRestart, "nodes" | "isUnderWay" | "begin">;
type Parts = { restart: Restart; log: Log };

/** @returns a function that answers a request if it is for one of these addresses, and says whether it did */
export function createClusterRoutes({ restart, log }: Parts) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const url = URL.parse(request.url ?? "/", "http://cluster");
    if (!url || !paths.has(url.pathname)) return false;
    // Whoever may not see it is not told that it is there.
    if (!isFromHere(request)) answer(response, 404, "text/plain", "There is no such page.\n");
    else if (url.pathname === "/cluster/restart") act(request, response, url, restart);
    else if (request.method !== "GET" && request.method !== "HEAD") refuseMethod(response, "GET, HEAD");
    else {
      show(response, url, restart).catch((error: unknown) => {
        log.error({ err: error }, "could not show the cluster");
        response.destroy();
      });
    }
    return true;
  };
}

async function show(response: ServerResponse, url: URL, restart: Restart): Promise<void> {
  const nodes = await Promise.all(restart.nodes.map(viewNode));
  const view: ClusterView = { nodes, is_rolling: restart.isUnderWay };
  if (url.pathname === "/cluster.json") answer(response, 200, "application/json", JSON.stringify(view));
  else answer(response, 200, "text/html; charset=utf-8", renderPage(view, url.searchParams.has("still")));
}

function act(request: IncomingMessage, response: ServerResponse, url: URL, restart: Restart): void {
  const name = url.searchParams.get("node");
  const nodes = restart.nodes.filter((node) => name === null || node.name === name);
  if (request.method !== "POST") refuseMethod(response, "POST");
  else if (!isFromOwnPage(request)) answer(response, 403, "text/plain", "Only the page of the cluster may do this.\n");
  else if (nodes.length === 0) answer(response, 404, "text/plain", "There is no such node.\n");
  else {
    restart.begin(nodes);
    response.writeHead(303, { ...headers, Location: "/cluster", "Content-Length": 0 }).end();
  }
}

function refuseMethod(response: ServerResponse, allowed: string): void {
  response.setHeader("Allow", allowed);
  answer(response, 405, "text/plain", "Method not allowed.\n");
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { ...headers, "Content-Type": type, "Content-Length": Buffer.byteLength(body) }).end(body);
}
