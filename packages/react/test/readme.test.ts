/** The README's example does what it says, against a real server. */
import "fake-indexeddb/auto";
import "./setup/dom.ts";
import type { PipitClient } from "@pipit/client";
import { cleanup, fireEvent, render, waitFor, within } from "@testing-library/react";
import { createElement, type FunctionComponent, StrictMode } from "react";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { connect, until } from "../../client/test/setup/test-client.ts";
import { type Person, startTestServer, type TestServer } from "../../server/test/setup/test-server.ts";
import { loadReadmeExample } from "./setup/load-readme.ts";

type Chat = FunctionComponent<{ user: { id: string } }>;

/** Nobody listens there. */
const nowhere = "http://127.0.0.1:9";
const realFetch = globalThis.fetch;
const app = globalThis as unknown as { chatUrl: string; fetch: typeof fetch };

let server: TestServer;
let ada: Person;
let bob: PipitClient;
let Example: Chat;

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.person("ada");
  bob = await connect(server, await server.person("bob"));
  app.fetch = async (input, init) => (input === "/chat-token" ? new Response(ada.token) : realFetch(input, init));
  const { Chat } = await loadReadmeExample((code) => code.replace('"https://chat.example.com"', "globalThis.chatUrl"));
  Example = Chat as Chat;
});

afterEach(cleanup);

afterAll(async () => {
  app.fetch = realFetch;
  await bob?.close();
  await server?.close();
});

function openApp(url: string) {
  app.chatUrl = url;
  return within(render(createElement(StrictMode, null, createElement(Example, { user: { id: "ada" } }))).container);
}

type App = ReturnType<typeof openApp>;

async function openRoom(page: App, name: RegExp): Promise<void> {
  fireEvent.click(await page.findByRole("button", { name }, { timeout: 8_000 }));
  await page.findByRole("textbox", { name: "Message" });
}

async function write(page: App, content: string): Promise<void> {
  const box = page.getByRole("textbox", { name: "Message" });
  fireEvent.change(box, { target: { value: content } });
  fireEvent.click(page.getByRole("button", { name: "Send" }));
  await waitFor(() => expect(Reflect.get(box, "value")).toBe(""));
}

const lines = (page: App) => page.queryAllByRole("listitem").map((line) => String(Reflect.get(line, "textContent")));
const shows = (page: App, line: string) => waitFor(() => expect(lines(page)).toContain(line), { timeout: 8_000 });

it("shows rooms and messages, sends, and goes on offline with what it kept", async () => {
  const room = await bob.api.rooms.create({ type: "group", name: "Ada and Bob", member_ids: ["ada"] });
  const peer = bob.room(room.id);
  peer.messages.subscribe(() => {});
  await peer.send({ content: "hello Ada" });

  const online = openApp(server.url);
  await openRoom(online, /Ada and Bob \(1\)/);
  await shows(online, "hello Ada ");
  await write(online, "hello Bob");
  await shows(online, "hello Bob delivered");
  await until(peer.messages, ({ items }) => items.find((item) => item.content === "hello Ada")?.delivery === "read");
  peer.setTyping(true);
  await online.findByText("bob …");
  await waitFor(() => online.getByRole("button", { name: "Ada and Bob (0)" }));
  cleanup();

  const offline = openApp(nowhere);
  await openRoom(offline, /Ada and Bob \(0\)/);
  await shows(offline, "hello Ada ");
  await offline.findByRole("button", { name: "Ada and Bob (0)" });
  await offline.findByRole("status", {}, { timeout: 8_000 });
  await write(offline, "written on the train");
  await shows(offline, "written on the train sending");
  cleanup();

  const again = openApp(server.url);
  await openRoom(again, /Ada and Bob/);
  await shows(again, "written on the train delivered");
  await until(peer.messages, ({ items }) => items.at(-1)?.content === "written on the train");
});
