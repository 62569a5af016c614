/** Somebody who sends to a room at a steady pace, over a connection that holds. */
import { setTimeout as sleep } from "node:timers/promises";
import { jwtSecret } from "../processes/pipit-server.ts";
import { signToken } from "../token.ts";
import { LightSocket } from "../wire/light-socket.ts";
import { toEnvelope } from "../wire/rest-client.ts";
import type { SentMessage } from "./measure-replay.ts";
import { moment } from "./moment.ts";

/** About eighty characters, the length of a chat message. */
const content = "Shall we meet at the station at half past six, or would you rather walk there?";

export type Pace = { messages: number; perSecond: number };

/** Sends, and tells of each message when it was acknowledged. @throws {Error} if one is refused */
export async function sendSteadily(url: string, userId: string, roomId: string, pace: Pace): Promise<SentMessage[]> {
  const socket = await LightSocket.connect({ url, auth: { token: signToken(jwtSecret, { userId }) } });
  const startedAt = performance.now();
  const sent: Promise<SentMessage>[] = [];
  for (let count = 0; count < pace.messages; count += 1) {
    await sleep(Math.max(0, startedAt + (count * 1000) / pace.perSecond - performance.now()));
    sent.push(sendOne(socket, roomId, `${roomId}/${count}`));
  }
  const messages = await Promise.all(sent);
  socket.close();
  return messages;
}

async function sendOne(socket: LightSocket, roomId: string, id: string): Promise<SentMessage> {
  const answer = toEnvelope(await socket.request("message:send", { room_id: roomId, content, client_message_id: id }));
  if (!answer.success) throw new Error(`a message was refused: ${answer.code}`);
  return { sequence: (answer.data as { sequence_number: number }).sequence_number, ackedAt: moment() };
}
