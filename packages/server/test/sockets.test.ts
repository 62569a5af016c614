/** The socket door: handshake, audiences, expiry. */
import { io, type Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  server = await startTestServer({ allowedOrigins: ["https://friend.example"] });
  [ada, bob] = await Promise.all([server.person("ada"), server.person("bob")]);
});
afterAll(() => server.close());

type Refusal = Error & { data?: { code: string; error: string } };

function refusalOf(auth: object, extraHeaders: Record<string, string> = {}, transport = "websocket"): Promise<Refusal> {
  const socket = io(server.url, { auth, transports: [transport], forceNew: true, reconnection: false, extraHeaders });
  return new Promise((resolve, reject) => {
    socket.once("connect_error", (error) => {
      socket.disconnect();
      resolve(error);
    });
    socket.once("connect", () => {
      socket.disconnect();
      reject(new Error("it connected"));
    });
  });
}

async function group(): Promise<string> {
  return (await ada.rest.post("/rooms", { type: "group", name: "G", member_ids: ["bob"] })).body.data.id;
}

function listen(socket: Socket): string[] {
  const heard: string[] = [];
  socket.onAny((event) => heard.push(event));
  return heard;
}

describe("the handshake", () => {
  it("refuses a socket without a good token, and says so as REST does", async () => {
    for (const auth of [{}, { token: "nonsense" }, { token: 7 }, { token: `${ada.token}x` }]) {
      expect((await refusalOf(auth)).data).toMatchObject({ code: "unauthenticated", error: expect.any(String) });
    }
  });

  it("refuses pages of origins that are not allowed, on both transports", async () => {
    for (const transport of ["websocket", "polling"]) {
      const refusal = await refusalOf({ token: ada.token }, { origin: "https://evil.example" }, transport);
      expect(refusal.data).toBeUndefined();
    }
    await expect(refusalOf({ token: ada.token }, { origin: "https://friend.example" })).rejects.toThrow("it connected");
    await expect(refusalOf({ token: ada.token }, { origin: server.url })).rejects.toThrow("it connected");
  });
});

describe("audiences", () => {
  it("[G9] a removed member's sockets hear nothing that follows, and the removal itself first", async () => {
    const roomId = await group();
    const [phone, peer] = [await server.socket(bob), await server.socket(ada)];
    const heard = listen(phone);
    await peer.emitWithAck("message:send", { room_id: roomId, content: "before" });
    await ada.rest.delete(`/rooms/${roomId}/members/bob`);
    await peer.emitWithAck("message:send", { room_id: roomId, content: "after" });
    await phone.emitWithAck("unread:get", {});
    expect(heard).toEqual(["message:receive", "group:removed"]);
  });

  it("[R5] the last one to leave hears of it on their other devices", async () => {
    const roomId = (await ada.rest.post("/rooms", { type: "group", name: "Mine" })).body.data.id;
    const [phone, laptop] = [await server.socket(ada), await server.socket(ada)];
    const told = new Promise((resolve) => laptop.once("group:left", resolve));
    expect(await phone.emitWithAck("group:leave", { room_id: roomId })).toMatchObject({ success: true });
    expect(await told).toMatchObject({ room_id: roomId, user_id: "ada", member: { is_member: false } });
  });

  it("an added member's sockets hear what follows at once", async () => {
    const roomId = (await ada.rest.post("/rooms", { type: "group", name: "G" })).body.data.id;
    const phone = await server.socket(bob);
    const heard = listen(phone);
    await ada.rest.post(`/rooms/${roomId}/members`, { user_id: "bob" });
    await ada.rest.post(`/rooms/${roomId}/messages`, { content: "welcome" });
    await phone.emitWithAck("unread:get", {});
    expect(heard.filter((event) => event !== "group:joined")).toEqual([
      "room:created",
      "message:receive",
      "message:receive",
    ]);
  });

  it("[G9] a removal during the handshake leaves no socket behind in the room", async () => {
    for (let round = 0; round < 20; round += 1) {
      const roomId = await group();
      const [phone] = await Promise.all([server.socket(bob), ada.rest.delete(`/rooms/${roomId}/members/bob`)]);
      const heard = listen(phone);
      await ada.rest.post(`/rooms/${roomId}/messages`, { content: "secret" });
      await phone.emitWithAck("unread:get", {});
      expect(heard.filter((event) => event === "message:receive")).toEqual([]);
      phone.disconnect();
    }
  });
});

describe("expiry", () => {
  it("a socket ends with its token, and is told why", async () => {
    const { token } = await server.tokens.issue({ tenantId: "default", userId: "ada" }, 1);
    const socket = await server.socket({ ...ada, token });
    const told = new Promise((resolve) => socket.once("sync:required", resolve));
    const ended = new Promise((resolve) => socket.once("disconnect", resolve));
    expect(await told).toEqual({ reason: "token_expired" });
    await ended;
  });
});
