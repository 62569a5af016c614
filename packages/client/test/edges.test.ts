/** What goes wrong seldom: providers that hang or change their user, answers that events overtake, rooms that are early. */
import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Person, startTestServer, type TestServer } from "../../server/test/setup/test-server.ts";
import type { ClientOptions, PipitClient } from "../src/client.ts";
import { openSocketWire } from "../src/connection/socket-wire.ts";
import type { OpenWire } from "../src/connection/wire.ts";
import { createMemoryStore } from "../src/store/memory-store.ts";
import { connect, makeClient, until } from "./setup/test-client.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
const clients: PipitClient[] = [];

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.person("ada");
  bob = await server.person("bob");
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => server?.close());

function keep(client: PipitClient): PipitClient {
  clients.push(client);
  return client;
}

/** Time that goes by a hundred times as fast. */
const hasty: ClientOptions["environment"] = { setTimeout: (work, ms) => setTimeout(work, ms / 100) };

describe("connecting", () => {
  it("goes on when a token provider hangs, and asks it again", async () => {
    let asked = 0;
    const tokenProvider = (): Promise<string> => {
      asked += 1;
      return asked === 1 ? new Promise(() => {}) : Promise.resolve(ada.token);
    };
    let late = 0;
    const environment = { ...hasty, now: () => Date.now() + late };
    const client = keep(makeClient(server, ada, { token: undefined, tokenProvider, environment }));
    await client.start();
    const state = await until(client.connection, ({ status }) => status === "waiting");
    expect(state.error).toMatchObject({ code: "timeout" });
    late = 60_000;
    await until(client.isSynced, (isSynced) => isSynced);
  });

  it("goes on when a server takes the connection and says nothing", async () => {
    const silent = createServer((socket) => socket.on("error", () => {}));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const client = keep(makeClient(server, ada, { url: `http://127.0.0.1:${port}`, environment: hasty }));
    await client.start();
    await until(client.connection, ({ status }) => status === "waiting");
    await client.close();
    silent.close();
  });

  it("[K5] with another user's token, gives the store to that one and tells nothing of the first one's", async () => {
    const store = createMemoryStore();
    let user = ada;
    const wires: { close(): void }[] = [];
    const openWire: OpenWire = async (options, signal) => {
      const wire = await openSocketWire(options, signal);
      wires.push({
        close() {
          wire.close();
          options.onEnd();
        },
      });
      return wire;
    };
    const given = { token: undefined, tokenProvider: () => user.token, store, openWire, environment: hasty };
    const client = keep(await connect(server, ada, given));
    const room = await client.api.rooms.create({ name: "Ada's and Bob's", member_ids: ["bob"] });
    await until(client.rooms, (rooms) => rooms.some(({ id }) => id === room.id));
    user = { ...bob, token: (await server.tokens.issue({ userId: "bob", tenantId: "default" }, 900)).token };
    client.setToken(user.token);
    wires.at(-1)?.close();
    await client.room(room.id).send({ content: "of Ada's" });
    await until(client.userId, (userId) => userId === "bob");
    await until(client.isSynced, (isSynced) => isSynced);
    expect(client.outbox.items.getSnapshot()).toEqual([]);
    const { data } = (await ada.rest.get(`/rooms/${room.id}/messages`)).body;
    expect(data.map((message: { content: string }) => message.content)).not.toContain("of Ada's");
  });
});

describe("files", () => {
  it("[K2] for which the server has no room fail after some tries, let the rest pass, and go when there is room", async () => {
    const small = await startTestServer({ quotaUserBytes: 1_000 });
    const person = await small.person("ada");
    let tries = 0;
    const environment: ClientOptions["environment"] = {
      ...hasty,
      fetch: (input, init) => {
        if (String(input).endsWith("/media/upload-url")) tries += 1;
        return fetch(input, init);
      },
    };
    const client = keep(await connect(small, person, { environment }));
    const { id } = await client.api.rooms.create({ name: "Files" });
    const room = client.room(id);
    room.messages.subscribe(() => {});
    await until(room.messages, ({ isLoading }) => !isLoading);
    const big = { blob: new Blob(["x".repeat(2_000)], { type: "text/plain" }), fileName: "big.txt" };
    const key = await room.send({ content: "too big", file: big });
    await room.send({ content: "text after it" });
    await until(
      room.messages,
      ({ items }) => items.some((one) => one.key === key && one.delivery === "failed"),
      20_000,
    );
    await until(room.messages, ({ items }) => items.some((one) => one.content === "text after it" && !one.is_pending));
    const waiting = await until(client.outbox.items, (items) => items.length === 1);
    expect(waiting).toMatchObject([{ id: key, error: { code: "storage_full" } }]);
    expect(tries).toBe(8);
    small.pipit.config.quotaUserBytes = 10_000;
    await client.outbox.retry(key);
    await until(room.messages, ({ items }) => items.some((one) => one.key === key && one.delivery === "sent"), 20_000);
    await client.close();
    await small.close();
  });
});

describe("rooms", () => {
  it("that are looked at before the start are there after it, also offline", async () => {
    const store = createMemoryStore();
    const first = keep(await connect(server, ada, { store }));
    const { id } = await first.api.rooms.create({ name: "Early" });
    first.room(id).messages.subscribe(() => {});
    await first.room(id).send({ content: "kept" });
    await until(first.room(id).messages, ({ items }) => items.at(-1)?.delivery === "sent");
    await first.close();
    const later = keep(makeClient(server, ada, { store, url: "http://127.0.0.1:9" }));
    later.room(id).messages.subscribe(() => {});
    await later.start();
    await until(later.room(id).messages, ({ items }) => items.at(-1)?.content === "kept");
  });

  it("are loaded anew when they were closed and nothing could be kept of them", async () => {
    // Without a store, with room for one that nobody looks at.
    const client = keep(await connect(server, ada, { sync: { maxIdleRooms: 0, warmRooms: 0 } }));
    const { id } = await client.api.rooms.create({ name: "Closed" });
    const room = client.room(id);
    const isThere = (items: readonly { content: string; is_pending: boolean }[], content: string): boolean =>
      items.some((item) => item.content === content && !item.is_pending);
    const end = room.messages.subscribe(() => {});
    await room.send({ content: "before" });
    await until(room.messages, ({ items }) => isThere(items, "before"));
    end();
    await ada.rest.post(`/rooms/${id}/messages`, { content: "meanwhile" });
    room.messages.subscribe(() => {});
    await until(room.messages, ({ items }) => isThere(items, "before") && isThere(items, "meanwhile"), 5_000);
  });

  it("show at once what is sent by an operation itself", async () => {
    const client = keep(await connect(server, ada));
    const { id } = await client.api.rooms.create({ name: "Direct" });
    client.room(id).messages.subscribe(() => {});
    await until(client.room(id).messages, ({ isLoading }) => !isLoading);
    await client.api.messages.send({ room_id: id, content: "by hand" });
    await until(client.room(id).messages, ({ items }) => items.at(-1)?.content === "by hand", 5_000);
  });

  it("[G5] show older messages as they are, though an event overtook the page that brought them", async () => {
    const { data: room } = (await ada.rest.post("/rooms", { name: "Long" })).body;
    const ids: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      ids.push((await ada.rest.post(`/rooms/${room.id}/messages`, { content: `${n}` })).body.data.id);
    }
    let answer = (): void => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const openWire: OpenWire = async (options, signal) => {
      const wire = await openSocketWire(options, signal);
      const ask: typeof wire.ask = async (event, payload) => {
        const envelope = await wire.ask(event, payload);
        if (event === "message:history") await held;
        return envelope;
      };
      return { ...wire, ask };
    };
    const client = keep(await connect(server, ada, { openWire, sync: { pageSize: 5 } }));
    const handle = client.room(room.id);
    handle.messages.subscribe(() => {});
    await until(handle.messages, ({ items }) => items.length === 5);
    const older = handle.loadOlder(5);
    await ada.rest.delete(`/messages/${ids[4]}?for=everyone`);
    const last = (await ada.rest.post(`/rooms/${room.id}/messages`, { content: "after it" })).body.data;
    await until(handle.messages, ({ items }) => items.some((item) => item.id === last.id));
    answer();
    await older;
    await until(handle.messages, ({ items }) => items.some((item) => item.id === ids[4] && item.is_deleted));
  });
});
