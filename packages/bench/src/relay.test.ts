import { message } from "@pipit/protocol/models/message";
import { operations } from "@pipit/protocol/operations";
import { io, type Socket } from "socket.io-client";
import { expect, test } from "vitest";
import { findFreePort } from "./processes/free-port.ts";
import { startRelay } from "./processes/relay-server.ts";
import { withScope } from "./processes/scope.ts";
import { signToken } from "./token.ts";
import { LightSocket } from "./wire/light-socket.ts";

const secret = "s".repeat(32);
const send = operations["messages.send"];

function connectOfficial(url: string, userId: string): Promise<Socket> {
  const socket = io(url, { auth: { token: signToken(secret, { userId }) }, transports: ["websocket"] });
  return new Promise((resolve, reject) => {
    socket.once("connect", () => resolve(socket));
    socket.once("connect_error", reject);
  });
}

test("the relay answers and delivers what Pipit's own schemas describe, to official and light clients alike", async () => {
  await withScope(async (scope) => {
    const relay = await startRelay(scope, await findFreePort());
    const ada = await connectOfficial(relay.url, "ada");
    scope.defer(() => void ada.close());
    const bob = await LightSocket.connect({ url: relay.url, auth: { token: signToken(secret, { userId: "bob" }) } });
    scope.defer(() => bob.close());
    const received = new Promise<string>((resolve) => {
      bob.onEvent = resolve;
    });

    const opened = await ada.emitWithAck("chat:create", { user_id: "bob" });
    const input = { room_id: opened.data.id, content: "hello", client_message_id: "c-1" };
    const answer = await ada.emitWithAck("message:send", input);
    expect(send.output.parse(answer.data)).toMatchObject({ content: "hello", sequence_number: 1, duplicate: false });
    const [event, payload] = JSON.parse(await received);
    expect(event).toBe("message:receive");
    expect(message.parse(payload)).toMatchObject({ client_message_id: "c-1", sender_id: "ada" });

    const back = await bob.request("message:send", { ...input, content: "hi", client_message_id: "c-2" });
    expect(back).toMatchObject({ success: true, data: { content: "hi", sequence_number: 2 } });
  });
});
