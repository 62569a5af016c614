/** [G5] What a reply shows of the message that it quotes follows that message. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, startTestServer, type TestServer } from "./setup/test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob] = await Promise.all([server.person("ada"), server.person("bob")]);
});
afterAll(() => server.close());

describe("[G5] previews", () => {
  it("an edit and a deletion reach the replies: by event, and by sync in pages of one", async () => {
    const roomId = (await ada.rest.post("/rooms", { type: "group", name: "G", member_ids: ["bob"] })).body.data.id;
    await ada.rest.post(`/rooms/${roomId}/messages`, { content: "original" });
    for (let n = 0; n < 3; n += 1) {
      await bob.rest.post(`/rooms/${roomId}/messages`, { content: `re ${n}`, reply_to: `${roomId}.1` });
    }
    const start = (await bob.rest.post("/sync/messages", { room_id: roomId })).body.data.last_change;
    const socket = await server.socket(bob);
    const heard: { id: string; change: number }[] = [];
    socket.onAny((_event, payload) => heard.push(payload));
    await ada.rest.put(`/messages/${roomId}.1`, { content: "edited" });
    await ada.rest.delete(`/messages/${roomId}.1`);
    await socket.emitWithAck("unread:get", {});
    expect(heard.map((payload) => payload.change)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => start + n));
    const synced = new Map<string, { is_deleted: boolean; content: string }>();
    for (let change = start, isMore = true; isMore; ) {
      const page = (await bob.rest.post("/sync/messages", { room_id: roomId, since_change: change, limit: 1 })).body
        .data;
      for (const message of page.messages) synced.set(message.id, message.reply_preview);
      change = page.last_change;
      isMore = page.has_more;
    }
    for (const n of [2, 3, 4]) expect(synced.get(`${roomId}.${n}`)).toMatchObject({ is_deleted: true, content: "" });
  });
});
