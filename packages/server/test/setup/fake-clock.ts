/** A clock that stands still until a test moves it, and people whose tokens outlast that. */
import type { Clock } from "../../src/clock.ts";
import { createRest } from "./rest-client.ts";
import type { Person, TestServer } from "./test-server.ts";

export type FakeClock = Clock & { pass(seconds: number): void };

const tokenSeconds = 3_650 * 86_400;

/** @param start where it stands at first; tokens are issued by the real time, so it should be near that */
export function createFakeClock(start = Date.now()): FakeClock {
  let now = start;
  return {
    now: () => new Date(now),
    pass(seconds) {
      now += seconds * 1000;
    },
  };
}

/** A user with a token that is good for ten years. */
export async function createLastingPerson(server: TestServer, id: string, tenant = "default"): Promise<Person> {
  const { token } = await server.tokens.issue({ userId: id, tenantId: tenant, name: id }, tokenSeconds);
  const rest = createRest(server.url, token);
  await rest.get("/users/me");
  return { id, tenant, token, rest };
}
