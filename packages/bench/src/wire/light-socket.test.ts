import { createServer } from "node:http";
import { Server, type Socket } from "socket.io";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LightSocket, SocketLost } from "./light-socket.ts";

const http = createServer();
const io = new Server(http, { pingInterval: 50, pingTimeout: 100 });
let url = "";

beforeAll(async () => {
  io.use((socket, next) => next(socket.handshake.auth.token === "good" ? undefined : new Error("who are you?")));
  io.on("connection", (socket: Socket) => {
    socket.on("echo", (payload: unknown, acknowledge: (answer: unknown) => void) => acknowledge(payload));
    socket.on("hang up", () => socket.disconnect(true));
    socket.on("tell me", (_payload: unknown, acknowledge: (answer: unknown) => void) => {
      socket.emit("news", { text: "größer [1]" });
      acknowledge("told");
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = http.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
});

afterAll(async () => {
  await io.close();
});

function connect(token = "good"): Promise<LightSocket> {
  return LightSocket.connect({ url, auth: { token } });
}

test("each request gets its own answer, however many are under way", async () => {
  const socket = await connect();
  const payloads = Array.from({ length: 100 }, (_, index) => ({ index, text: "größer" }));
  expect(await Promise.all(payloads.map((payload) => socket.request("echo", payload)))).toEqual(payloads);
  socket.close();
});

test("events arrive as their text", async () => {
  const socket = await connect();
  const texts: string[] = [];
  socket.onEvent = (text) => texts.push(text);
  expect(await socket.request("tell me", {})).toBe("told");
  expect(texts).toEqual(['["news",{"text":"größer [1]"}]']);
  socket.close();
});

test("it answers pings, or the server would cut it", async () => {
  const socket = await connect();
  const end = socket.closed.then(() => "closed");
  const later = new Promise((resolve) => setTimeout(() => resolve("still open"), 400));
  expect(await Promise.race([end, later])).toBe("still open");
  socket.close();
});

test("a refused handshake fails with the server's reason", async () => {
  await expect(connect("bad")).rejects.toThrow(/who are you/);
});

test("a server that is not there fails the handshake", async () => {
  await expect(LightSocket.connect({ url: "http://127.0.0.1:1", auth: {} })).rejects.toThrow(SocketLost);
});

test("what is unanswered when the connection ends fails, and is not left waiting", async () => {
  const socket = await connect();
  await expect(socket.request("hang up", {})).rejects.toThrow(SocketLost);
  await socket.closed;
});
