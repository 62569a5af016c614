/** Messages that come while nothing more may wait. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { io as connect } from "socket.io-client";
import { expect, it, onTestFinished } from "vitest";
import { createWatchedLog } from "../../test/setup/watched-log.ts";
import { shedSends } from "./shed-sends.ts";

async function openDoor(isFull: () => boolean) {
  const http = createServer().listen(0, "127.0.0.1");
  await once(http, "listening");
  const io = new Server(http, { transports: ["websocket"] });
  shedSends(io.engine, isFull, createWatchedLog());
  const heard: string[] = [];
  io.on("connection", (socket) => {
    socket.onAny((event: string, ...args: unknown[]) => {
      heard.push(event);
      const acknowledge = args.at(-1);
      if (typeof acknowledge === "function") acknowledge({ success: true, data: null });
    });
  });
  const { port } = http.address() as AddressInfo;
  const client = connect(`http://127.0.0.1:${port}`, { transports: ["websocket"], forceNew: true });
  onTestFinished(async () => {
    client.disconnect();
    await io.close();
  });
  await once(client as unknown as NodeJS.EventEmitter, "connect");
  return { client, heard };
}

it("[G11] a message is refused unread while nothing more may wait, and anything else is heard", async () => {
  let isFull = false;
  const { client, heard } = await openDoor(() => isFull);
  expect(await client.emitWithAck("message:send", { content: "one" })).toEqual({ success: true, data: null });
  isFull = true;
  const refusals = await Promise.all([2, 3].map((n) => client.emitWithAck("message:send", { content: String(n) })));
  for (const refusal of refusals) {
    expect(refusal).toMatchObject({ success: false, code: "unavailable", request_id: expect.any(String) });
    expect([1, 2, 3]).toContain(refusal.retry_after);
  }
  expect(await client.emitWithAck("chats:sync", {})).toEqual({ success: true, data: null });
  isFull = false;
  expect(await client.emitWithAck("message:send", { content: "four" })).toEqual({ success: true, data: null });
  expect(heard).toEqual(["message:send", "chats:sync", "message:send"]);
});
