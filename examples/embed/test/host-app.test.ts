/** The example, run as a visitor would run it. */
import type { AddressInfo } from "node:net";
import { io } from "socket.io-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../packages/server/test/setup/test-database.ts";
import { createHostApp, type HostApp } from "../src/host-app.ts";

let database: TestDatabase;
let host: HostApp;
let url: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = { databaseUrl: database.url, adminKey: "a".repeat(32), logLevel: "fatal", drainSeconds: 0 } as const;
  host = await createHostApp("the portal's own secret, long enough", settings);
  await new Promise<void>((resolve) => host.server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(host.server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await host.close();
  await database.drop();
});

async function logIn(pupil: string): Promise<string> {
  const response = await fetch(`${url}/log-in/${pupil}`, { method: "POST" });
  const { token } = (await response.json()) as { token: string };
  return token;
}

it("serves the host's routes and the chat's, with the host's own tokens, on one server", async () => {
  expect(await (await fetch(url)).text()).toBe("A school's portal.");
  const [ada, bob] = [await logIn("ada"), await logIn("bob")];
  const call = async (token: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const init = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
    const response = await fetch(`${url}/api/v1/chat${path}`, init);
    return (await response.json()) as { data: { id: string } };
  };
  await call(bob, "/users/me");
  const room = (await call(ada, "/rooms", { type: "direct", member_ids: ["bob"] })).data;
  const socket = io(url, { auth: { token: bob }, transports: ["websocket"], reconnection: false });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  const received = new Promise((resolve) => socket.once("message:receive", resolve));
  await call(ada, `/rooms/${room.id}/messages`, { content: "homework?" });
  expect(await received).toMatchObject({ content: "homework?", sender_id: "ada" });
  socket.disconnect();
});
