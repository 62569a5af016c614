/** Drawn on a server, taken over by a page: without a `window` at first, and with one later. */
import { Writable } from "node:stream";
import type { PipitClient } from "@pipit/client";
import { act, createElement, Fragment, type ReactNode, StrictMode } from "react";
import { renderToPipeableStream, renderToString } from "react-dom/server";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { connect, until } from "../../client/test/setup/test-client.ts";
import { startTestServer, type TestServer } from "../../server/test/setup/test-server.ts";
import {
  PipitProvider,
  useConnection,
  useDraft,
  useMarkRead,
  useMembers,
  useMessages,
  useOutbox,
  usePresence,
  useReceipts,
  useRoom,
  useRoomPreferences,
  useRooms,
  useSettings,
  useTyping,
  useUpload,
} from "../src/react.ts";

let server: TestServer;
let ada: PipitClient;
let roomId: string;

beforeAll(async () => {
  server = await startTestServer();
  ada = await connect(server, await server.person("ada"));
  await server.person("bob");
  roomId = (await ada.api.rooms.create({ type: "direct", member_ids: ["bob"] })).id;
  ada.room(roomId).messages.subscribe(() => {});
  await ada.room(roomId).send({ content: "already here" });
  await until(ada.room(roomId).messages, ({ items }) => items.at(-1)?.delivery === "sent");
});

afterAll(async () => {
  await ada?.close();
  await server?.close();
});

function Page({ id }: { id: string }): ReactNode {
  const { rooms, isLoading } = useRooms();
  const { items, isLoading: isRoomLoading } = useMessages(id);
  useMarkRead(id);
  const others = {
    connection: useConnection(),
    draft: useDraft(id),
    members: useMembers(id),
    outbox: useOutbox().items,
    preferences: useRoomPreferences(id).preferences,
    presence: usePresence("bob"),
    receipts: [...useReceipts(id).keys()],
    room: useRoom(id).room?.id,
    settings: useSettings()?.status_message,
    typists: useTyping(id).typists,
    upload: useUpload().snapshot,
  };
  return createElement(
    Fragment,
    null,
    createElement("h1", null, isLoading ? "loading rooms" : `${rooms.length} rooms`),
    createElement(
      "ol",
      null,
      isRoomLoading ? "loading room" : items.map(({ key, content }) => createElement("li", { key }, content)),
    ),
    createElement("pre", null, JSON.stringify(others)),
  );
}

const page = (client: PipitClient): ReactNode =>
  createElement(StrictMode, null, createElement(PipitProvider, { client }, createElement(Page, { id: roomId })));

it("is empty and loading on a server, whatever the client knows, and hydrates without a mismatch", async () => {
  expect("window" in globalThis).toBe(false);
  const html = renderToString(page(ada));
  expect(html).toContain("loading rooms");
  expect(html).toContain("loading room<");
  expect(html).not.toContain("already here");
  expect(await stream(page(ada))).toBe(html);

  await import("./setup/dom.ts");
  const { document, IS_REACT_ACT_ENVIRONMENT: before } = globalThis as unknown as Surroundings;
  (globalThis as unknown as Surroundings).IS_REACT_ACT_ENVIRONMENT = true;
  const { hydrateRoot } = await import("react-dom/client");
  const container = document.createElement("div");
  container.innerHTML = html;
  const mismatches: unknown[] = [];
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const root = await act(async () =>
    hydrateRoot(container as never, page(ada), { onRecoverableError: (error) => mismatches.push(error) }),
  );
  expect(container.innerHTML).toContain("1 rooms");
  expect(container.innerHTML).toContain("already here");
  await act(async () => root.unmount());
  (globalThis as unknown as Surroundings).IS_REACT_ACT_ENVIRONMENT = before;
  expect(mismatches).toEqual([]);
  // React is both server and page in this process, and says so.
  expect(log.mock.calls.filter(([said]) => !String(said).startsWith("Detected multiple renderers"))).toEqual([]);
  log.mockRestore();
});

type Surroundings = {
  document: { createElement(name: string): { innerHTML: string } };
  IS_REACT_ACT_ENVIRONMENT: boolean | undefined;
};

function stream(node: ReactNode): Promise<string> {
  return new Promise((resolve, reject) => {
    let html = "";
    const sink = new Writable({
      write(chunk, _encoding, done) {
        html += String(chunk);
        done();
      },
      final(done) {
        resolve(html);
        done();
      },
    });
    const { pipe } = renderToPipeableStream(node, { onAllReady: () => pipe(sink), onError: reject });
  });
}
