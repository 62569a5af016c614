/** What must hold when two do things at the same instant. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let carl: Person;

beforeAll(async () => {
  server = await startTestServer({ databasePoolSize: 10 });
  [ada, bob, carl] = await Promise.all([server.person("ada"), server.person("bob"), server.person("carl")]);
});
afterAll(() => server.close());

describe("races", () => {
  it("a direct room exists once, even when both make it at the same instant", async () => {
    for (let round = 0; round < 30; round += 1) {
      const peer = await server.person(`peer-${round}`);
      const made = await Promise.all([
        ada.rest.post("/rooms", { type: "direct", member_ids: [peer.id] }),
        peer.rest.post("/rooms", { type: "direct", member_ids: ["ada"] }),
        ada.rest.post("/rooms", { type: "direct", member_ids: [peer.id] }),
      ]);
      expect(made.map((reply) => reply.status)).toEqual([201, 201, 201]);
      expect(new Set(made.map((reply) => reply.body.data.id)).size).toBe(1);
    }
  });

  it("[G8] once a removal has been answered, no send by the removed user commits", async () => {
    for (let round = 0; round < 30; round += 1) {
      const roomId = await group(["bob"]);
      const sends = Array.from({ length: 8 }, () =>
        bob.rest.post(`/rooms/${roomId}/messages`, { content: "still here?" }),
      );
      const removal = ada.rest.delete(`/rooms/${roomId}/members/bob`);
      const replies = await Promise.all(sends);
      expect((await removal).status).toBe(200);
      const late = await bob.rest.post(`/rooms/${roomId}/messages`, { content: "late" });
      expect(late.body.code).toBe("not_found");
      const history = (await ada.rest.get(`/rooms/${roomId}/messages`)).body.data;
      const removedAt = history.find(
        (message: { message_type: string }) => message.message_type === "system",
      ).sequence_number;
      for (const { body } of replies) {
        if (body.success) expect(body.data.sequence_number).toBeLessThan(removedAt);
        else expect(body.code).toBe("not_found");
      }
    }
  });

  it("[G2] sequences stay gapless while members come, go, rename, react and delete", async () => {
    const roomId = await group(["bob", "carl"]);
    const work: Promise<unknown>[] = [];
    for (let n = 0; n < 40; n += 1) {
      work.push(ada.rest.post(`/rooms/${roomId}/messages`, { content: `a${n}` }));
      work.push(bob.rest.post(`/rooms/${roomId}/messages`, { content: `b${n}` }));
      work.push(carl.rest.post(`/rooms/${roomId}/receipts`, { kind: "read", up_to_sequence: n }));
      if (n % 4 === 0) work.push(ada.rest.patch(`/rooms/${roomId}`, { name: `name ${n}` }));
      if (n % 5 === 0) work.push(ada.rest.delete(`/rooms/${roomId}/members/carl`));
      if (n % 5 === 2) work.push(ada.rest.post(`/rooms/${roomId}/members`, { user_id: "carl" }));
      if (n % 3 === 0) work.push(bob.rest.delete(`/messages/${roomId}.${n + 1}`));
    }
    await Promise.all(work);
    const sequences: number[] = [];
    let after = 0;
    for (;;) {
      const page = (await ada.rest.get(`/rooms/${roomId}/messages?after=${after}&limit=100`)).body;
      sequences.push(...page.data.map((message: { sequence_number: number }) => message.sequence_number));
      if (!page.pagination.has_more) break;
      after = Number(page.pagination.next_cursor);
    }
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    const room = (await ada.rest.get(`/rooms/${roomId}`)).body.data;
    expect(room.last_sequence).toBe(sequences.length);
  });

  it("two owners can't come of two hand-overs at once, and a room is never without one", async () => {
    for (let round = 0; round < 20; round += 1) {
      const roomId = await group(["bob", "carl"]);
      await Promise.all([
        ada.rest.patch(`/rooms/${roomId}/members/bob`, { role: "owner" }),
        ada.rest.patch(`/rooms/${roomId}/members/carl`, { role: "owner" }),
        ada.rest.post(`/rooms/${roomId}/leave`),
      ]);
      const members = (await bob.rest.get(`/rooms/${roomId}/members`)).body.data;
      expect(members.filter((member: { role: string }) => member.role === "owner")).toHaveLength(1);
    }
  });
});

async function group(memberIds: string[]): Promise<string> {
  return (await ada.rest.post("/rooms", { type: "group", name: "G", member_ids: memberIds })).body.data.id;
}
