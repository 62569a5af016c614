/** [P4][P5] Who may know what of whom: every setting of one, of the other, and every relation between them. */
import type { Visibility } from "@pipit/protocol/models/presence";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createFakeClock, createLastingPerson } from "../../../test/setup/fake-clock.ts";
import { ask } from "../../../test/setup/listening.ts";
import { waitForSockets } from "../../../test/setup/open-sockets.ts";
import { codeOf, makeGroup } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";
import { isNarrower, type Look, toView } from "./privacy-rule.ts";

const at = new Date("2026-03-01T12:00:00.000Z");
const later = new Date("2026-03-01T12:05:00.000Z");

/** Whom one lets know, whom the other does, and whether those who share a room, and strangers, learn it then. */
const reciprocal: [theirs: Visibility, own: Visibility, shares: boolean, stranger: boolean][] = [
  ["everyone", "everyone", true, true],
  ["everyone", "shared_rooms", true, false],
  ["everyone", "nobody", false, false],
  ["shared_rooms", "everyone", true, false],
  ["shared_rooms", "shared_rooms", true, false],
  ["shared_rooms", "nobody", false, false],
  ["nobody", "everyone", false, false],
  ["nobody", "shared_rooms", false, false],
  ["nobody", "nobody", false, false],
];

/** The status message is told without regard to what the other lets be known. */
const oneWay: Record<Visibility, [shares: boolean, stranger: boolean]> = {
  everyone: [true, true],
  shared_rooms: [true, false],
  nobody: [false, false],
};

function look(given: Partial<Look>): Look {
  return {
    isSelf: false,
    isBlocked: false,
    shares: false,
    own: { last_seen: "everyone", online: "everyone" },
    theirs: { last_seen: "everyone", online: "everyone", status_message: "everyone" },
    lastSeenAt: at,
    notedOnlineAt: null,
    statusMessage: "hi",
    isOnline: false,
    ...given,
  };
}

describe("[P4][P5] the rule, field by field", () => {
  const nobody = { last_seen: "nobody", online: "nobody", status_message: "nobody" } as const;

  for (const [theirs, own, ...known] of reciprocal) {
    for (const [index, shares] of [true, false].entries()) {
      const isKnown = known[index];
      const title = `${theirs}, looked at by ${own}, ${shares ? "who share a room" : "strangers"}: ${isKnown ? "known" : "not"}`;

      it(`online: ${title}`, () => {
        const hidden = { ...nobody, online: theirs };
        const here = look({ shares, isOnline: true, theirs: hidden, own: { last_seen: "nobody", online: own } });
        expect(toView("x", here)).toEqual({ user_id: "x", is_online: isKnown, last_seen: null, status_message: null });
      });

      it(`last_seen: ${title}`, () => {
        const hidden = { ...nobody, last_seen: theirs };
        const away = look({ shares, theirs: hidden, own: { last_seen: own, online: "nobody" } });
        const lastSeen = isKnown ? at.toISOString() : null;
        expect(toView("x", away)).toEqual({
          user_id: "x",
          is_online: false,
          last_seen: lastSeen,
          status_message: null,
        });
      });

      it(`status_message: ${title}`, () => {
        const shown = toView("x", look({ shares, theirs: { ...nobody, status_message: theirs } })).status_message;
        expect(shown).toBe(oneWay[theirs][index] ? "hi" : null);
      });
    }
  }

  it("oneself, always", () => {
    const own = { last_seen: "nobody", online: "nobody" } as const;
    const away = look({ isSelf: true, theirs: nobody, own });
    expect(toView("x", away)).toMatchObject({ last_seen: at.toISOString(), status_message: "hi" });
    expect(toView("x", { ...away, isOnline: true })).toMatchObject({ is_online: true, last_seen: null });
  });

  it("[B3] nothing, where one blocks the other; oneself, still", () => {
    const away = { user_id: "x", is_online: false, last_seen: null, status_message: null };
    expect(toView("x", look({ isBlocked: true, shares: true, isOnline: true }))).toEqual(away);
    expect(toView("x", look({ isBlocked: true, shares: true }))).toEqual(away);
    expect(toView("x", look({ isSelf: true, isOnline: true }))).toMatchObject({ is_online: true });
  });

  it("last seen: what was noted counts of those who went unwritten, and never of those who are here", () => {
    const noted = look({ notedOnlineAt: later });
    expect(toView("x", noted).last_seen).toBe(later.toISOString());
    expect(toView("x", { ...noted, lastSeenAt: null }).last_seen).toBe(later.toISOString());
    expect(toView("x", { ...noted, lastSeenAt: later, notedOnlineAt: at }).last_seen).toBe(later.toISOString());
    const theirs = { ...noted.theirs, online: "nobody" } as const;
    expect(toView("x", { ...noted, theirs, isOnline: true })).toMatchObject({
      is_online: false,
      last_seen: at.toISOString(),
    });
  });

  it("fewer than before", () => {
    const order = ["everyone", "shared_rooms", "nobody"] as const;
    for (const [n, now] of order.entries())
      for (const [b, before] of order.entries()) {
        expect(isNarrower(now, before), `${now} after ${before}`).toBe(n > b);
      }
  });
});

describe("[P4][P5][G9] the same over every door", () => {
  const clock = createFakeClock();
  let server: TestServer;
  let xena: Person;
  let gone: Person;
  const viewers = new Map<string, Person>();

  beforeAll(async () => {
    server = await startTestServer({ clock, timers: clock });
    xena = await createLastingPerson(server, "xena");
    gone = await createLastingPerson(server, "gone");
    for (const name of ["mate", "former", "of-a-closed-room", "stranger"]) {
      viewers.set(name, await createLastingPerson(server, name));
    }
    viewers.set("twin", await createLastingPerson(server, "mate", "elsewhere"));
    for (const target of [xena, gone]) {
      await makeGroup(target, ["mate"]);
      const left = await makeGroup(target, ["former"]);
      await target.rest.delete(`/rooms/${left}/members/former`);
      const closed = await makeGroup(target, ["of-a-closed-room"]);
      await target.rest.delete(`/rooms/${closed}`);
      await target.rest.put("/users/me/status-message", { status_message: "hi" });
    }
    const socket = await server.socket(gone);
    socket.disconnect();
    await waitForSockets(server, 0);
    clock.pass(16);
    await vi.waitUntil(async () => (await gone.rest.get("/users/me")).body.data.last_seen !== null, { timeout: 5_000 });
    await server.socket(xena);
  });
  afterAll(() => server.close());

  async function hide(person: Person, visibility: Visibility): Promise<void> {
    const all = { last_seen: visibility, online: visibility, status_message: visibility };
    expect(codeOf(await person.rest.patch("/users/me/privacy", all))).toBe("ok");
    const { account_change, ...saved } = (await person.rest.patch("/users/me/privacy", {})).body.data;
    expect(account_change).toBeGreaterThanOrEqual(0);
    expect(saved).toMatchObject(all);
  }

  /** What a viewer is told of a user, which must be the same over each door. */
  async function lookAt(viewer: Person, userId: string) {
    const { data } = (await viewer.rest.get(`/users/${userId}/presence`)).body;
    const { user_id: _, ...fields } = data;
    expect((await viewer.rest.get(`/users/${userId}`)).body.data).toMatchObject({ id: userId, ...fields });
    expect((await viewer.rest.get(`/users?q=${userId}`)).body.data).toMatchObject([{ id: userId, ...fields }]);
    const socket = await server.socket(viewer);
    expect(await ask(socket, "presence:subscribe", { user_ids: [userId] })).toEqual({ success: true, data: [data] });
    expect(await ask(socket, "user:last_seen:request", { user_id: userId })).toEqual({ success: true, data });
    socket.disconnect();
    return fields;
  }

  for (const [theirs, own, shares, stranger] of reciprocal) {
    it(`${theirs}, looked at by ${own}`, async () => {
      await hide(xena, theirs);
      await hide(gone, theirs);
      for (const [relation, viewer] of viewers) {
        if (relation === "twin") continue;
        await hide(viewer, own);
        const index = relation === "mate" ? 0 : 1;
        const isKnown = relation === "mate" ? shares : stranger;
        const status_message = oneWay[theirs][index] ? "hi" : null;
        const here = { is_online: isKnown, last_seen: null, status_message };
        const away = { is_online: false, last_seen: isKnown ? expect.any(String) : null, status_message };
        expect(await lookAt(viewer, "xena"), relation).toEqual(here);
        expect(await lookAt(viewer, "gone"), relation).toEqual(away);
      }
    });
  }

  it("one who is hidden from all sees themself", async () => {
    await hide(xena, "nobody");
    expect((await xena.rest.get("/users/me")).body.data).toMatchObject({ is_online: true, status_message: "hi" });
    expect((await xena.rest.get("/users/xena/presence")).body.data).toMatchObject({ is_online: true });
    expect((await xena.rest.patch("/users/me", {})).body.data).toMatchObject({ is_online: true, status_message: "hi" });
  });

  it("[G9] of another tenant's user, and of nobody, one learns the same: nothing", async () => {
    await hide(xena, "everyone");
    const twin = viewers.get("twin");
    if (!twin) throw new Error("there is no twin");
    const socket = await server.socket(twin);
    for (const userId of ["xena", "nobody-at-all"]) {
      expect(codeOf(await twin.rest.get(`/users/${encodeURIComponent(userId)}/presence`))).toBe("not_found");
      expect(codeOf(await twin.rest.get(`/users/${encodeURIComponent(userId)}`))).toBe("not_found");
      expect(await ask(socket, "user:last_seen:request", { user_id: userId })).toMatchObject({ code: "not_found" });
    }
    const state = await ask(socket, "presence:subscribe", { user_ids: ["xena", "nobody-at-all", "mate"] });
    expect(state.data.map((entry: { user_id: string }) => entry.user_id)).toEqual(["mate"]);
  });
});
