/** Clients that are not ours, with nothing but the contract: an old Socket.IO client, and Python's. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { operations } from "@pipit/protocol/operations";
import type { Socket } from "socket.io-client";
// @ts-expect-error: its types are for CommonJS only; those of today's client are taken for it.
import { io } from "socket.io-client-4.0";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeGroup, readHistory, say } from "../../server/test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../server/test/setup/test-server.ts";

const patienceMs = 10_000;
const python = "/usr/bin/python3";
const pythonProgram = fileURLToPath(new URL("setup/python_client.py", import.meta.url));

// biome-ignore lint/suspicious/noExplicitAny: what came is looked at as it is, whatever its shape.
type Data = any;

let server: TestServer;
let ada: Person;
let bob: Person;
let count = 0;
const sockets: Socket[] = [];

beforeAll(async () => {
  server = await startTestServer();
});

beforeEach(async () => {
  count += 1;
  ada = await server.person(`ada${count}`);
  bob = await server.person(`bob${count}`);
});

afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await server?.close();
});

async function connect(person: Person, deviceId: string): Promise<Socket> {
  const auth = { token: person.token, device_id: deviceId };
  const socket: Socket = io(server.url, { auth, forceNew: true, reconnection: false });
  sockets.push(socket);
  await next(socket, "connect");
  return socket;
}

/** The next payload of an event. */
function next(socket: Socket, event: string): Promise<Data> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${event} did not come`)), patienceMs);
    socket.once(event, (payload: unknown) => {
      clearTimeout(timer);
      resolve(payload);
    });
  });
}

/** An operation over its event, by the name of the operation. Gives the data, or the failure. */
type Ask = (socket: Socket, name: keyof typeof operations, payload?: object) => Promise<Data>;

const withCallback: Ask = async (socket, name, payload) => {
  const { event } = doorOf(name);
  const envelope: Data = await new Promise((resolve) => {
    socket.emit(event, ...(payload === undefined ? [] : [payload]), resolve);
  });
  if (!envelope.success) return envelope;
  return envelope.pagination === undefined ? envelope.data : { data: envelope.data, pagination: envelope.pagination };
};

const withoutCallback: Ask = async (socket, name, payload) => {
  const { event, reply, error } = doorOf(name);
  if (reply === null) throw new Error(`${event} has no reply`);
  const answer = Promise.race([next(socket, reply), next(socket, error)]);
  if (payload === undefined) socket.emit(event);
  else socket.emit(event, payload);
  return answer;
};

function doorOf(name: keyof typeof operations) {
  const operation: Data = operations[name];
  return operation.socket as { event: string; reply: string | null; error: string };
}

const phone = {
  device_id: "phone",
  device_name: "Ada's phone",
  device_type: "mobile",
  platform: "android",
  app_version: "1.0",
};

describe.each([
  ["with callbacks", withCallback],
  ["with reply events", withoutCallback],
])("socket.io-client 4.0 %s", (_, ask) => {
  it("[W2] registers a device, lists it, and syncs from a cursor", async () => {
    const socket = await connect(ada, "phone");
    const roomId = await makeGroup(ada, [bob.id]);
    const device = await ask(socket, "devices.register", phone);
    expect(operations["devices.register"].output.parse(device)).toMatchObject({ device_id: "phone", is_active: true });
    expect(device).not.toHaveProperty("push_token");
    expect(await ask(socket, "devices.list")).toMatchObject([{ device_id: "phone", user_id: ada.id }]);
    const first = await ask(socket, "sync.chats", { device_id: "phone" });
    expect(first).toMatchObject({ rooms: [{ id: roomId, unread_count: 0 }], full: true, has_more: false });
    await say(bob, roomId, "hello");
    const second = await ask(socket, "sync.chats", { device_id: "phone", cursor: first.cursor });
    expect(second).toMatchObject({ rooms: [{ id: roomId, unread_count: 1 }], full: false });
    const third = await ask(socket, "sync.chats", { device_id: "phone", cursor: second.cursor });
    expect(third.rooms.every((room: Data) => room.unread_count === 1)).toBe(true);
    const page = await ask(socket, "sync.messages", { room_id: roomId, since_sequence: 0 });
    expect(page).toMatchObject({
      messages: [{ content: "hello", sequence_number: 1 }],
      has_more: false,
      last_sequence: 1,
    });
    expect((await ask(socket, "sync.messages", { room_id: roomId, since_sequence: 1 })).messages).toEqual([]);
  });

  it("[G3][M6] sends once however often it is asked, and mentions", async () => {
    const [own, peer] = [await connect(ada, "phone"), await connect(bob, "laptop")];
    const roomId = await makeGroup(ada, [bob.id]);
    const heard: Data[] = [];
    peer.on("message:receive", (message: Data) => heard.push(message));
    const mention = next(peer, "notification:mention");
    const input = {
      room_id: roomId,
      content: "hello, Bob",
      client_message_id: "one",
      meta_data: { mentions: [bob.id] },
    };
    const first = await ask(own, "messages.send", input);
    const again = await ask(own, "messages.send", input);
    expect(first).toMatchObject({ sequence_number: 1, duplicate: false, status: "sent" });
    expect(again).toMatchObject({ id: first.id, sequence_number: 1, duplicate: true });
    expect(await mention).toEqual({
      roomId,
      messageId: first.id,
      mentionedBy: ada.id,
      mentionedByName: ada.id,
      content: "hello, Bob",
    });
    // Packets of a connection keep their order: the answer comes after all that was told before.
    await withCallback(peer, "rooms.unread");
    expect(heard.map((message) => message.id)).toEqual([first.id]);
    expect(await ask(own, "messages.send", { ...input, content: "another" })).toMatchObject({ code: "conflict" });
    expect(await ask(own, "messages.send", { ...input, room_id: "nowhere" })).toMatchObject({
      code: "not_found",
      error: expect.any(String),
    });
    expect(await readHistory(ada, roomId)).toHaveLength(1);
  });

  it("[G6] tells receipts, and who has seen a message on which device", async () => {
    const [own, peer] = [await connect(ada, "phone"), await connect(bob, "laptop")];
    const roomId = await makeGroup(ada, [bob.id]);
    const { id } = await say(ada, roomId, "hello");
    const mark = { room_id: roomId, up_to_sequence: 1 };
    const delivered = next(own, "message:delivered:update");
    expect(await ask(peer, "receipts.markDelivered", mark)).toMatchObject({ delivered_sequence: 1, read_sequence: 0 });
    expect(await delivered).toMatchObject({ ...mark, user_id: bob.id });
    const seen = next(own, "message:seen:update");
    expect(await ask(peer, "receipts.markSeen", mark)).toMatchObject({ delivered_sequence: 1, read_sequence: 1 });
    expect(await seen).toMatchObject({ ...mark, user_id: bob.id });
    expect(await ask(own, "messages.info", { message_id: id })).toMatchObject({
      seen_by: [{ user_id: bob.id, device_id: "laptop", timestamp: expect.any(String) }],
      total_recipients: 1,
    });
  });

  it("[P4] asks who is there, and says something of itself", async () => {
    const own = await connect(ada, "phone");
    await connect(bob, "laptop");
    const said = await ask(own, "presence.setStatusMessage", { status_message: "At sea" });
    expect(said).toMatchObject({ status_message: "At sea" });
    expect(await ask(own, "presence.lastSeen", { user_id: bob.id })).toEqual({
      user_id: bob.id,
      is_online: true,
      last_seen: null,
      status_message: null,
    });
    expect(await ask(own, "presence.lastSeen", { user_id: ada.id })).toMatchObject({ status_message: "At sea" });
    expect(await ask(own, "presence.lastSeen", { user_id: "nobody" })).toMatchObject({ code: "not_found" });
  });

  it("stars a message, finds it among the starred ones, and takes the star off", async () => {
    const own = await connect(ada, "phone");
    const roomId = await makeGroup(ada, [bob.id]);
    const { id } = await say(bob, roomId, "worth keeping");
    expect(await ask(own, "messages.star", { message_id: id })).toMatchObject({ message_id: id, is_starred: true });
    expect(await ask(own, "messages.starred", { room_id: roomId, page: 1, limit: 10 })).toMatchObject({
      data: [{ id, is_starred: true }],
      pagination: { page: 1, limit: 10, total: 1, has_more: false },
    });
    expect(await ask(own, "messages.star", { message_id: id })).toMatchObject({ message_id: id, is_starred: false });
  });

  it("[V5] is told that its device was logged out before its socket is closed", async () => {
    const [lost, other] = [await connect(ada, "phone"), await connect(ada, "laptop")];
    await ask(lost, "devices.register", phone);
    const heard: string[] = [];
    lost.onAny((event: string, payload: Data) => heard.push(`${event} ${payload.device_id}`));
    const closed = next(lost, "disconnect");
    expect(await ask(other, "devices.logout", { device_id: "phone" })).toEqual({ device_id: "phone" });
    await closed;
    expect(heard).toEqual(["device:logged-out phone"]);
    expect(await ask(other, "devices.list")).toMatchObject([{ device_id: "phone", is_active: false }]);
  });
});

/** What keeps Python's client from being tried here; undefined when nothing does. */
async function findObstacle(): Promise<string | undefined> {
  try {
    await promisify(execFile)(python, ["-c", "import socketio, websocket"]);
    return undefined;
  } catch {
    return `${python} has no socketio (Debian: python3-socketio) or no websocket (python3-websocket)`;
  }
}

const obstacle = await findObstacle();

/** The program, with the lines that it prints and takes. */
function startPython(person: Person, roomId: string) {
  const child: ChildProcess = spawn(python, [pythonProgram, server.url, person.token, roomId]);
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text));
  if (!child.stdout || !child.stdin) throw new Error("the program has no pipes");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { stdin } = child;
  return {
    child,
    async read(step: string): Promise<Data> {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the program ended before "${step}":\n${errors}`);
      const said: Data = JSON.parse(value);
      expect(said.step, errors).toBe(step);
      return said;
    },
    tell: (word: string) => stdin.write(`${word}\n`),
  };
}

describe("python-socketio", () => {
  it("loads, sends, receives, goes away and catches up", async (context) => {
    if (obstacle !== undefined) context.skip(obstacle);
    const roomId = await makeGroup(ada, [bob.id]);
    await say(ada, roomId, "before");
    const { child, read, tell } = startPython(bob, roomId);
    try {
      expect(await read("synced")).toMatchObject({ rooms: [roomId], messages: ["before"] });
      const sent = await read("sent");
      expect(sent.first).toMatchObject({ content: "hello from Python", duplicate: false });
      expect(sent.again).toMatchObject({ id: sent.first.id, duplicate: true });
      expect(sent.refused).toMatchObject({ success: false, code: "not_found" });
      await say(ada, roomId, "hello to Python");
      expect(await read("received")).toMatchObject({ message: { content: "hello to Python", sequence_number: 3 } });
      await read("away");
      for (const content of ["one", "two", "three"]) await say(ada, roomId, content);
      tell("back");
      expect(await read("caught-up")).toMatchObject({ sequences: [4, 5, 6], contents: ["one", "two", "three"] });
      expect(await readHistory(ada, roomId)).toHaveLength(6);
    } finally {
      child.kill();
    }
  });
});
