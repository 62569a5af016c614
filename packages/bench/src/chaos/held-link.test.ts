import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { type Scope, withScope } from "../processes/scope.ts";
import { type HeldLink, openLink } from "./held-link.ts";

/** A link to a server that answers each piece with itself. */
async function openEcho(scope: Scope): Promise<HeldLink> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  scope.defer(() => void server.close());
  return openLink(scope, { host: "127.0.0.1", port: (server.address() as AddressInfo).port });
}

function connectTo(scope: Scope, link: HeldLink): Socket {
  const socket = connect(link.port, "127.0.0.1");
  socket.on("error", () => undefined);
  scope.defer(() => void socket.destroy());
  return socket;
}

function untilClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

async function read(socket: Socket): Promise<string> {
  const [chunk] = await once(socket, "data");
  return String(chunk);
}

test.each(["held there", "held back", "held"] as const)(
  "what is %s comes when the link is open again",
  async (state) => {
    await withScope(async (scope) => {
      const link = await openEcho(scope);
      const socket = connectTo(scope, link);
      socket.write("one");
      expect(await read(socket)).toBe("one");
      link.set(state);
      const later = connectTo(scope, link);
      socket.write("two");
      later.write("three");
      await once(later, "connect");
      const heard = [read(socket), read(later)];
      const silence = new Promise((resolve) => setTimeout(() => resolve("silence"), 50));
      expect(await Promise.race([...heard, silence])).toBe("silence");
      link.set("open");
      expect(await Promise.all(heard)).toEqual(["two", "three"]);
    });
  },
);

test("a link that is cut ends its connections and refuses others", async () => {
  await withScope(async (scope) => {
    const link = await openEcho(scope);
    const socket = connectTo(scope, link);
    socket.write("one");
    await read(socket);
    const closed = untilClosed(socket);
    link.set("cut");
    await closed;
    await untilClosed(connectTo(scope, link));
    link.set("open");
    const anew = connectTo(scope, link);
    anew.write("again");
    expect(await read(anew)).toBe("again");
  });
});
