/** Sending, reading and changing messages, through both doors. */

import type { Socket } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Person, startTestServer, type TestServer } from "../../../test/setup/test-server.ts";

let server: TestServer;
let ada: Person;
let bob: Person;
let eve: Person;

beforeAll(async () => {
  server = await startTestServer();
  [ada, bob, eve] = await Promise.all([server.person("ada"), server.person("bob"), server.person("eve")]);
});
afterAll(() => server.close());

async function direct(): Promise<string> {
  const reply = await ada.rest.post("/rooms", { type: "direct", member_ids: ["bob"] });
  expect(reply.status).toBe(201);
  return reply.body.data.id;
}

function once(socket: Socket, event: string) {
  return new Promise<Record<string, unknown>>((resolve) => socket.once(event, resolve));
}

describe("messages.send", () => {
  it("[G2] gives each message the next sequence of its room", async () => {
    const room = await direct();
    const first = await ada.rest.post(`/rooms/${room}/messages`, { content: "one" });
    const second = await bob.rest.post(`/rooms/${room}/messages`, { content: "two" });
    expect(first.status).toBe(201);
    expect(second.body.data.sequence_number).toBe(first.body.data.sequence_number + 1);
  });

  it("[G3] answers a resend with the first message, and refuses another body under its id", async () => {
    const room = await direct();
    const body = { content: "once", client_message_id: "c-1" };
    const first = await ada.rest.post(`/rooms/${room}/messages`, body);
    const again = await ada.rest.post(`/rooms/${room}/messages`, body);
    expect(first.body.data.duplicate).toBe(false);
    expect(again.body.data).toMatchObject({ id: first.body.data.id, duplicate: true });
    const other = await ada.rest.post(`/rooms/${room}/messages`, { ...body, content: "else" });
    expect(other.body.code).toBe("conflict");
    const edited = await ada.rest.put(`/messages/${first.body.data.id}`, { content: "edited" });
    expect(edited.body.data).toMatchObject({ content: "edited", is_edited: true });
    const late = await ada.rest.post(`/rooms/${room}/messages`, body);
    expect(late.body.data).toMatchObject({ id: first.body.data.id, content: "edited", duplicate: true });
  });

  it("reaches the other's sockets and the sender's other sockets, not the one it came by", async () => {
    const room = await direct();
    const [phone, laptop, peer] = [await server.socket(ada), await server.socket(ada), await server.socket(bob)];
    const heard: string[] = [];
    phone.on("message:receive", () => heard.push("phone"));
    const received = Promise.all([once(laptop, "message:receive"), once(peer, "message:receive")]);
    const ack = await phone.emitWithAck("message:send", { room_id: room, content: "hi" });
    expect(ack).toMatchObject({ success: true, data: { content: "hi", status: "sent", duplicate: false } });
    for (const event of await received) expect(event).toMatchObject({ id: ack.data.id, content: "hi" });
    await phone.emitWithAck("unread:get", {});
    expect(heard).toEqual([]);
  });

  it("[G9] tells an outsider nothing", async () => {
    const room = await direct();
    const refused = await eve.rest.post(`/rooms/${room}/messages`, { content: "let me in" });
    const missing = await eve.rest.post(`/rooms/${crypto.randomUUID()}/messages`, { content: "anyone?" });
    expect(refused.status).toBe(404);
    expect({ ...refused.body, request_id: "" }).toEqual({ ...missing.body, request_id: "" });
  });
});
