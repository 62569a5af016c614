/** The life of a client that a component has. */
import "./setup/dom.ts";
import type { ClientStore, PipitClient } from "@pipit/client";
import { createMemoryStore } from "@pipit/client/memory";
import { act, cleanup, render } from "@testing-library/react";
import { Activity, type ActivityProps, createElement, Fragment, type ReactNode, StrictMode } from "react";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { until } from "../../client/test/setup/test-client.ts";
import { type Person, startTestServer, type TestServer } from "../../server/test/setup/test-server.ts";
import { useClient, usePipit } from "../src/react.ts";

let server: TestServer;
let ada: Person;
let seen: ReturnType<typeof usePipit>[] = [];

beforeAll(async () => {
  server = await startTestServer();
  ada = await server.person("ada");
});

afterEach(() => {
  cleanup();
  seen = [];
});

afterAll(async () => {
  await server?.close();
});

type LifeProps = { store?: ClientStore | undefined };

function Life({ store }: LifeProps): ReactNode {
  seen.push(usePipit(() => ({ url: server.url, token: ada.token, store })));
  return null;
}

function Lost(): ReactNode {
  useClient();
  return null;
}

const newest = (): PipitClient => {
  const last = seen.at(-1);
  if (!last) throw new Error("nothing has been drawn");
  return last.client;
};
const isOnline = ({ status }: { status: string }) => status === "online";
const isClosed = ({ status }: { status: string }) => status === "closed";

it.each([false, true])(
  "it connects, stays the same and closes with the component (StrictMode: %s)",
  async (isStrict) => {
    const draw = (): ReactNode => createElement(isStrict ? StrictMode : Fragment, null, createElement(Life));
    const view = render(draw());
    const client = newest();
    await until(client.connection, isOnline);
    view.rerender(draw());
    expect(newest()).toBe(client);
    view.unmount();
    await until(client.connection, isClosed);
  },
);

it("one that is hidden is closed, and another takes its place when it is shown again", async () => {
  const draw = (mode: "visible" | "hidden"): ReactNode =>
    createElement(Activity, { mode } as ActivityProps, createElement(Life));
  const view = render(draw("visible"));
  const first = newest();
  await until(first.connection, isOnline);
  view.rerender(draw("hidden"));
  await until(first.connection, isClosed);
  view.rerender(draw("visible"));
  expect(newest()).not.toBe(first);
  await until(newest().connection, isOnline);
});

it("a store that can't be read is told as a value", async () => {
  const broken: ClientStore = { ...createMemoryStore(), list: () => Promise.reject(new Error("no disk")) };
  await act(async () => {
    render(createElement(Life, { store: broken }));
  });
  expect(seen.at(-1)?.error).toMatchObject({ message: "no disk" });
});

it("hooks outside of a provider say so", () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  expect(() => render(createElement(Lost))).toThrow("PipitProvider");
  log.mockRestore();
});
