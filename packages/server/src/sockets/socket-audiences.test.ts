/** Audiences as Socket.IO's rooms keep the port's contract. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server } from "socket.io";
import { io as connectTo } from "socket.io-client";
import type { UserKey } from "../ports/audiences/audiences.ts";
import {
  type AudiencesUnderTest,
  type Device,
  describeAudiences,
} from "../ports/audiences/audiences-contract.fixture.ts";
import { createSocketAudiences, deviceAudience, userAudience } from "./socket-audiences.ts";
import type { PipitServer } from "./socket-server.ts";

const patienceMs = 5_000;

async function start(): Promise<AudiencesUnderTest> {
  const http = createServer();
  const io: PipitServer = new Server(http);
  io.on("connection", (socket) => {
    const { deviceId, ...user } = socket.handshake.auth as UserKey & { deviceId?: string };
    socket.join(userAudience(user));
    if (deviceId !== undefined) socket.join(deviceAudience({ ...user, deviceId }));
    socket.on("are you there", (...args) => {
      const [answer] = args;
      if (typeof answer === "function") answer();
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    audiences: createSocketAudiences(io),
    connect: (user, deviceId) => connect(url, { ...user, deviceId }, io),
    close: () => io.close(),
  };
}

async function connect(url: string, auth: object, io: PipitServer): Promise<Device> {
  const socket = connectTo(url, { auth, transports: ["websocket"], forceNew: true, reconnection: false });
  const heard: [string, unknown][] = [];
  socket.onAny((event: string, payload: unknown) => heard.push([event, payload]));
  const ended = new Promise((resolve) => socket.once("disconnect", resolve));
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  const id = String(socket.id);
  return {
    id,
    async hears() {
      await socket.timeout(patienceMs).emitWithAck("are you there");
      return heard;
    },
    async disconnect() {
      const gone = new Promise((resolve) => io.sockets.sockets.get(id)?.once("disconnect", resolve));
      socket.disconnect();
      await gone;
    },
    async ended() {
      await ended;
      return heard;
    },
  };
}

describeAudiences("Socket.IO", start);
