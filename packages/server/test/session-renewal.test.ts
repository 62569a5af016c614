/** A live socket goes on with another token, if it is its own user's. */
import { once } from "node:events";
import type { Socket } from "socket.io-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

let server: TestServer;
let ada: Person;
let socket: Socket;

async function issue(userId: string, seconds: number, tenantId = "default"): Promise<string> {
  return (await server.tokens.issue({ userId, tenantId }, seconds)).token;
}

const renew = (token: string) => socket.timeout(5_000).emitWithAck("session:renew", { token });

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  server = await startTestServer();
});
beforeEach(async () => {
  ada = { ...(await server.person("ada")), token: await issue("ada", 30) };
  socket = await server.socket(ada, { deviceId: "phone" });
});
afterEach(() => socket.disconnect());
afterAll(async () => {
  await server?.close();
  vi.useRealTimers();
});

// Less than 45 seconds at a time: a client whose clock has gone on for longer takes its connection for dead.
function pass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

describe("session.renew", () => {
  it("[W6] keeps the socket beyond the end of its first token, up to the end of the new one", async () => {
    expect((await renew(await issue("ada", 60))).data.expires_at).toMatch(/Z$/);
    pass(31);
    expect(await socket.timeout(5_000).emitWithAck("unread:get", {})).toMatchObject({ success: true });
    const told = once(socket as never, "sync:required");
    pass(30);
    expect(await told).toEqual([{ reason: "token_expired" }]);
  });

  it("[W6] refuses a token that is not good, or of somebody else, and changes nothing by it", async () => {
    await server.person("bob");
    expect(await renew("not a token")).toMatchObject({ code: "unauthenticated" });
    expect(await renew(await issue("bob", 300))).toMatchObject({ code: "forbidden" });
    expect(await renew(await issue("ada", 300, "elsewhere"))).toMatchObject({ code: "forbidden" });
    const told = once(socket as never, "sync:required");
    pass(31);
    expect(await told).toEqual([{ reason: "token_expired" }]);
  });
});
