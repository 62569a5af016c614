/** A clock that stands still until a test moves it, and people whose tokens outlast that. */
import type { Clock } from "../../src/clock.ts";
import type { Timers } from "../../src/timers.ts";
import { createRest } from "./rest-client.ts";
import type { Person, TestServer } from "./test-server.ts";

/** `pass` moves it, and runs what was to be done by then, each at its time. */
export type FakeClock = Clock & Timers & { pass(seconds: number): void };

const tokenSeconds = 3_650 * 86_400;

type Due = { at: number; act: () => void };

/** @param start where it stands at first; tokens are issued by the real time, so it should be near that */
export function createFakeClock(start = Date.now()): FakeClock {
  let now = start;
  const waiting = new Set<Due>();
  const nextUntil = (end: number): Due | undefined =>
    [...waiting].filter((due) => due.at <= end).sort((a, b) => a.at - b.at)[0];
  return {
    now: () => new Date(now),
    after(seconds, act) {
      const due = { at: now + seconds * 1000, act };
      waiting.add(due);
      return () => waiting.delete(due);
    },
    pass(seconds) {
      const end = now + seconds * 1000;
      for (let due = nextUntil(end); due; due = nextUntil(end)) {
        waiting.delete(due);
        now = Math.max(now, due.at);
        due.act();
      }
      now = end;
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
