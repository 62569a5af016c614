/**
 * A bare Socket.IO relay to measure against: Pipit's transport settings and the shape of its answers, and nothing of
 * what makes a chat server. It checks no token, stores nothing, and forgets everything when it ends.
 * Takes the port as its only argument.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { Message } from "@pipit/protocol/models/message";
import { Server, type Socket } from "socket.io";

type Acknowledge = (answer: { success: true; data: unknown }) => void;
type SendInput = { room_id: string; content: string; client_message_id: string };
type Room = { id: string; lastSequence: number };

const rooms = new Map<string, Room>();
const roomsByPair = new Map<string, Room>();

const http = createServer();
const io = new Server(http, {
  transports: ["websocket"],
  perMessageDeflate: false,
  httpCompression: false,
  serveClient: false,
  maxHttpBufferSize: 262_144,
});
io.on("connection", attach);
http.listen(Number(process.argv[2]), "127.0.0.1", () => process.send?.("ready"));

process.once("SIGTERM", () => {
  // Its clients are not waited for.
  process.exit(0);
});

function attach(socket: Socket): void {
  const userId = readUserId(String(socket.handshake.auth.token));
  socket.join(`user:${userId}`);
  socket.on("chat:create", (input: { user_id: string }, acknowledge: Acknowledge) => {
    acknowledge({ success: true, data: openRoom(userId, input.user_id) });
  });
  // A large room, which all who ask are in.
  socket.on("room:join", ({ room_id: id }: { room_id: string }, acknowledge: Acknowledge) => {
    if (!rooms.has(id)) rooms.set(id, { id, lastSequence: 0 });
    socket.join(`room:${id}`);
    acknowledge({ success: true, data: null });
  });
  socket.on("message:send", (input: SendInput, acknowledge: Acknowledge) => {
    const message = toMessage(userId, input);
    socket.to(`room:${input.room_id}`).emit("message:receive", message);
    acknowledge({ success: true, data: { ...message, status: "sent", duplicate: false } });
  });
}

function readUserId(token: string): string {
  const claims: { sub: string } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  return claims.sub;
}

function openRoom(userId: string, peerId: string): Room {
  const pair = [userId, peerId].sort().join(" ");
  const room = roomsByPair.get(pair) ?? { id: randomUUID(), lastSequence: 0 };
  roomsByPair.set(pair, room);
  rooms.set(room.id, room);
  io.in([`user:${userId}`, `user:${peerId}`]).socketsJoin(`room:${room.id}`);
  return room;
}

// Letter for letter what Pipit sends, or the comparison would favour the shorter answer.
function toMessage(senderId: string, input: SendInput): Message {
  const room = rooms.get(input.room_id);
  if (!room) throw new Error(`no such room: ${input.room_id}`);
  room.lastSequence += 1;
  const now = new Date().toISOString();
  return {
    id: `${input.room_id}.${room.lastSequence}`,
    room_id: input.room_id,
    sender_id: senderId,
    sequence_number: room.lastSequence,
    change: room.lastSequence,
    client_message_id: input.client_message_id,
    message_type: "text",
    content: input.content,
    reply_to: null,
    reply_preview: null,
    is_edited: false,
    edited_at: null,
    is_deleted: false,
    deleted_at: null,
    reactions: [],
    forwarded_from: null,
    forwarded_count: 0,
    expires_at: null,
    meta_data: {},
    is_starred: false,
    created_at: now,
    updated_at: now,
  };
}
