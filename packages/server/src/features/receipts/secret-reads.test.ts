/** Reading in secret: with read receipts off, nobody learns in one's direct rooms what either reads. */
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listenTo } from "../../../test/setup/listening.ts";
import { codeOf, makeDirect, makeGroup, say, viewMessage, viewRoom } from "../../../test/setup/talk.ts";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let server: TestServer;
let database: pg.Client;
let ann: Person;
let bea: Person;
let room: string;
let tests = 0;

beforeAll(async () => {
  server = await startTestServer({ databasePoolSize: 8 });
  database = new pg.Client(server.databaseUrl);
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await server.close();
});

beforeEach(async () => {
  tests += 1;
  [ann, bea] = await Promise.all([server.person(`ann-${tests}`), server.person(`bea-${tests}`)]);
  room = await makeDirect(ann, bea.id);
});

async function turn(person: Person, read_receipts: boolean) {
  const reply = await person.rest.patch("/users/me/privacy", { read_receipts });
  expect(codeOf(reply)).toBe("ok");
  return reply.body.data;
}

async function read(person: Person, upTo: number, kind = "read") {
  return (await person.rest.post(`/rooms/${room}/receipts`, { kind, up_to_sequence: upTo })).body.data;
}

async function listen(person: Person) {
  return listenTo(await server.socket(person));
}

async function receiptsOf(viewer: Person, since: object = {}): Promise<Record<string, object>> {
  const { receipts } = (await viewer.rest.post("/sync/messages", { room_id: room, ...since })).body.data;
  return Object.fromEntries(receipts.map((receipt: { user_id: string }) => [receipt.user_id, receipt]));
}

async function infoOf(sender: Person, messageId: string) {
  return (await sender.rest.get(`/messages/${messageId}/info`)).body.data;
}

describe("with read receipts off", () => {
  it("[B7] what one reads has been received, to the other, by every way to learn of it", async () => {
    const { id } = await say(ann, room, "hello");
    await turn(bea, false);
    const { last_change } = await viewRoom(ann, room);
    const foreign = await listen(ann);
    await read(bea, 1);
    await foreign.settle();
    expect(foreign.heard).toMatchObject([{ event: "message:delivered:update", payload: { up_to_sequence: 1 } }]);
    expect(await viewMessage(ann, id)).toMatchObject({ status: "delivered" });
    for (const since of [{}, { since_change: last_change }]) {
      const receipts = await receiptsOf(ann, since);
      expect(receipts[bea.id]).toMatchObject({ delivered_sequence: 1, read_sequence: 0 });
    }
    expect(await infoOf(ann, id)).toMatchObject({ delivered_to: [{ user_id: bea.id }], seen_by: [] });
  });

  it("[B7][G7] one's own devices agree on what is unread, by event and by sync", async () => {
    await say(ann, room, "hello");
    await turn(bea, false);
    const own = await listen(bea);
    const { change } = await read(bea, 1);
    await own.settle();
    expect(own.heard).toMatchObject([{ event: "message:seen:update", payload: { up_to_sequence: 1, change } }]);
    expect(await viewRoom(bea, room)).toMatchObject({ unread_count: 0, read_sequence: 1 });
    const receipts = await receiptsOf(bea, { since_change: change - 1 });
    expect(receipts[bea.id]).toMatchObject({ read_sequence: 1, change });
  });

  it("[B7] one does not learn it of the other either", async () => {
    await turn(bea, false);
    const { id } = await say(bea, room, "hello");
    const foreign = await listen(bea);
    await read(ann, 1);
    await foreign.settle();
    expect(foreign.of("message:seen:update")).toEqual([]);
    expect(await viewMessage(bea, id)).toMatchObject({ status: "delivered" });
    expect(await infoOf(bea, id)).toMatchObject({ seen_by: [] });
  });

  it("[B7] rooms that are made later are no different, whoever makes them; groups share as ever", async () => {
    await turn(bea, false);
    const carl = await server.person(`carl-${tests}`);
    for (const [maker, other] of [
      [bea, carl],
      [ann, bea],
    ] as const) {
      room = await makeDirect(maker, other.id);
      const { id } = await say(maker, room, "hello");
      const sequence = Number(id.split(".")[1]);
      await read(other, sequence);
      expect(await viewMessage(maker, id)).toMatchObject({ status: "delivered" });
    }
    room = await makeGroup(ann, [bea.id]);
    const { id } = await say(ann, room, "hello");
    await read(bea, 1);
    expect(await viewMessage(ann, id)).toMatchObject({ status: "read" });
  });

  it("[B7][M7] to answer says that one has read what came before", async () => {
    const { id } = await say(ann, room, "hello");
    await turn(bea, false);
    await read(bea, 1);
    await say(bea, room, "hi");
    expect(await viewMessage(ann, id)).toMatchObject({ status: "read" });
    expect((await receiptsOf(ann))[bea.id]).toMatchObject({ read_sequence: 2 });
    expect(await infoOf(ann, id)).toMatchObject({ seen_by: [{ user_id: bea.id }] });
  });

  it("[B7] switched on again by both, what is read from then on is shared, and what was read before not by it", async () => {
    const { id } = await say(ann, room, "hello");
    await turn(bea, false);
    await turn(ann, false);
    await read(bea, 1);
    await turn(bea, true);
    const second = await say(ann, room, "there?");
    await read(bea, 2);
    expect(await viewMessage(ann, second.id)).toMatchObject({ status: "delivered" });
    await turn(ann, true);
    expect(await viewMessage(ann, id)).toMatchObject({ status: "delivered" });
    await say(ann, room, "well?");
    await read(bea, 3);
    expect(await viewMessage(ann, id)).toMatchObject({ status: "read" });
  });

  it("[B7][A3] set as it was is no change; a change is told like any other of the settings", async () => {
    const own = await listen(bea);
    const { account_change, ...privacy } = await turn(bea, true);
    expect([account_change, privacy.read_receipts]).toEqual([0, true]);
    const changed = await turn(bea, false);
    await own.settle();
    expect(own.heard).toMatchObject([
      { event: "account:update", payload: { account_change: changed.account_change, kind: "settings" } },
    ]);
  });
});

describe("[B7] at the same instant", () => {
  /** Of all direct rooms, those whose rows are not what the settings of the two say. */
  async function findWrong(): Promise<number> {
    const { rows } = await database.query(`
      select count(*)::int as wrong from members m join rooms r on r.id = m.room_id and r.type = 'direct'
      where m.shares_reads <> (
        select bool_and(u.privacy_read_receipts) from members o join users u on u.id = o.user_id and u.tenant_id = o.tenant_id
        where o.room_id = m.room_id)`);
    return rows[0].wrong;
  }

  it("rooms are made, and both switch: every room is as the settings are then", async () => {
    for (let round = 0; round < 12; round += 1) {
      const [one, other] = await Promise.all([server.person(`one-${round}`), server.person(`other-${round}`)]);
      const replies = await Promise.all([
        one.rest.post("/rooms", { type: "direct", member_ids: [other.id] }),
        one.rest.patch("/users/me/privacy", { read_receipts: false }),
        other.rest.patch("/users/me/privacy", { read_receipts: round % 2 === 0 }),
        other.rest.post("/rooms", { type: "direct", member_ids: [bea.id] }),
        bea.rest.post("/rooms", { type: "direct", member_ids: [one.id] }),
        bea.rest.patch("/users/me/privacy", { read_receipts: round % 3 === 0 }),
      ]);
      expect(replies.map(codeOf)).toEqual(["ok", "ok", "ok", "ok", "ok", "ok"]);
    }
    expect(await findWrong()).toBe(0);
  });

  it("messages flow, are read, and one switches: once it is answered, no read is told", async () => {
    const foreign = await listen(ann);
    for (let round = 0; round < 8; round += 1) {
      await turn(bea, true);
      const { sequence_number } = await say(ann, room, "hello");
      const work = [read(bea, sequence_number), turn(bea, false), say(ann, room, "hello")] as const;
      await Promise.all(work);
      const last = await say(ann, room, "still there?");
      await foreign.settle();
      const known = foreign.of("message:seen:update").length;
      await read(bea, last.sequence_number);
      await foreign.settle();
      expect(foreign.of("message:seen:update")).toHaveLength(known);
      expect(await viewMessage(ann, last.id)).toMatchObject({ status: "delivered" });
    }
  });
});
