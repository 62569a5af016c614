/** What presence is told of sockets, and that it breaks none. */
import { afterEach, describe, expect, it } from "vitest";
import { createFakeClock } from "../../test/setup/fake-clock.ts";
import { ask } from "../../test/setup/listening.ts";
import { waitForSockets } from "../../test/setup/open-sockets.ts";
import { startTestServer, type TestServer } from "../../test/setup/test-server.ts";
import { createWatchedLog } from "../../test/setup/watched-log.ts";
import { createMemoryPresence } from "../ports/presence/memory-presence.ts";
import type { Presence } from "../ports/presence/presence.ts";

let server: TestServer;
afterEach(() => server.close());

function createPresence(): Presence {
  const clock = createFakeClock();
  const onError = (error: unknown): void => {
    throw error;
  };
  return createMemoryPresence({ clock, timers: clock, onError });
}

describe("[P8] focus", () => {
  it("is a new socket's unless it says otherwise, and as it says later", async () => {
    const presence = createPresence();
    server = await startTestServer({ presence });
    const ada = await server.person("ada");
    const focused = () => presence.findFocused({ tenantId: "default", userId: "ada" });
    const phone = await server.socket(ada, { deviceId: "phone" });
    await server.socket(ada, { deviceId: "laptop", inFocus: false });
    expect(await focused()).toEqual(new Set(["phone"]));
    expect(await ask(phone, "presence:focus", { in_focus: false })).toMatchObject({ data: { in_focus: false } });
    expect(await focused()).toEqual(new Set());
    await ask(phone, "presence:focus", { in_focus: true });
    expect(await focused()).toEqual(new Set(["phone"]));
    phone.disconnect();
    await waitForSockets(server, 1);
    expect(await focused()).toEqual(new Set());
  });
});

describe("a presence that fails", () => {
  it("is logged, and breaks no socket", async () => {
    const away = (): Promise<never> => Promise.reject(new Error("presence is away"));
    const presence = Object.assign(createPresence(), { enter: away, leave: away, setFocus: away });
    const log = createWatchedLog();
    server = await startTestServer({ presence, log });
    const ada = await server.person("ada");
    const socket = await server.socket(ada, { inFocus: false });
    expect(await ask(socket, "unread:get", {})).toMatchObject({ success: true });
    socket.disconnect();
    await waitForSockets(server, 0);
    const warning = "presence could not be told: presence is away";
    expect(log.warnings()).toEqual([warning, warning]);
  });
});
