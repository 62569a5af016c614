/** One attempt to send a message, through either door. */
import { operations } from "@pipit/protocol/operations";
import type { Book, Outgoing } from "../history/book.ts";
import { LightSocket, SocketLost } from "./light-socket.ts";
import { type Envelope, NoAnswer, type RestClient, toEnvelope } from "./rest-client.ts";

/** `unknown`: the message may have been stored or not; only a retry under the same client_message_id tells. */
export type Outcome = "acknowledged" | "unknown";

/**
 * Sends and writes attempt and answer into the book.
 * @throws {Error} when the server refuses for another reason than that it can't answer just now.
 */
export async function attemptSend(door: LightSocket | RestClient, outgoing: Outgoing, book: Book): Promise<Outcome> {
  book.attempt(outgoing);
  const answer = await ask(door, outgoing);
  if (!answer || (!answer.success && answer.code === "unavailable")) return "unknown";
  if (!answer.success) throw new Error(`${outgoing.clientMessageId} was refused: ${answer.code}, ${answer.error}`);
  const { id, sequence_number, duplicate } = operations["messages.send"].output.parse(answer.data);
  book.acknowledge(outgoing, { id, sequence: sequence_number, duplicate });
  return "acknowledged";
}

async function ask(door: LightSocket | RestClient, outgoing: Outgoing): Promise<Envelope | undefined> {
  const { roomId, clientMessageId, content } = outgoing;
  const body = { content, client_message_id: clientMessageId };
  try {
    if (!(door instanceof LightSocket)) return await door.request("POST", `/rooms/${roomId}/messages`, body);
    return toEnvelope(await door.request("message:send", { room_id: roomId, ...body }));
  } catch (error) {
    if (error instanceof SocketLost || error instanceof NoAnswer) return undefined;
    throw error;
  }
}
