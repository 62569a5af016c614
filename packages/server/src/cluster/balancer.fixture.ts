/** A balancer before nodes that are small servers of a test's own. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { createWatchedLog } from "../../test/setup/watched-log.ts";
import { createBalancer } from "./balancer.ts";
import type { Upstream } from "./cluster-node.ts";

export type FakeNode = Upstream & { isReady: boolean; port: number | undefined; server: Server; refusals: number };
export type Answer = { status: number | undefined; headers: IncomingMessage["headers"]; body: string };

/** A node that answers by its name, unless told otherwise. */
export async function startNode(
  name: string,
  answer: RequestListener = (_request, response) => response.end(name),
): Promise<FakeNode> {
  const server = createServer(answer);
  const node: FakeNode = {
    name,
    port: await listen(server),
    isReady: true,
    sockets: 0,
    server,
    refusals: 0,
    noteRefusal() {
      node.refusals += 1;
      node.isReady = false;
    },
  };
  return node;
}

/** Takes a node's server away, so that its port refuses. */
export async function close({ server }: FakeNode): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}

/** @returns the port of a balancer before the nodes */
export async function startBalancer(nodes: readonly Upstream[], trustsProxy = false): Promise<number> {
  return listen(createBalancer({ nodes, log: createWatchedLog(), trustsProxy, answerOwn: () => false }));
}

export async function ask(
  port: number,
  path: string,
  given: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { method, headers, body } = given;
  const outgoing = request({ host: "127.0.0.1", port, path, method, headers, agent: false });
  outgoing.end(body);
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

const socketHead = ["Host: here", "Connection: Upgrade", "Upgrade: websocket"];

/** Asks for a WebSocket by hand. @param sent what is sent right after the request, before there is an answer */
export function openSocket(port: number, path = "/socket.io/?transport=websocket", sent = ""): Socket {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
  });
  socket.write(`GET ${path} HTTP/1.1\r\n${socketHead.join("\r\n")}\r\n\r\n${sent}`);
  return socket;
}

/** Reads until what has come matches. */
export async function readUntil(socket: Socket, pattern: RegExp): Promise<string> {
  let come = "";
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    come += String(chunk);
    if (pattern.test(come)) return come;
  }
  throw new Error(`the connection ended after: ${come}`);
}

/** Agrees to WebSockets, says its name, and sends back in capitals what comes. */
export function echo(node: FakeNode): void {
  node.server.on("upgrade", (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const from = incoming.headers["x-forwarded-for"];
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    socket.write(`${node.name} for ${from};`);
    if (head.length > 0) socket.write(String(head).toUpperCase());
    socket.on("data", (chunk) => socket.write(String(chunk).toUpperCase()));
  });
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}
