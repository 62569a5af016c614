/** Load on one room with many sockets in it: as much as it takes, or so many messages a second. */
import { setTimeout as sleep } from "node:timers/promises";
import { waitUntil } from "../processes/wait-until.ts";
import { signToken } from "../token.ts";
import { LightSocket } from "../wire/light-socket.ts";
import { inParallel, sendLine } from "./pairs.ts";
import { type RoomCounts, RoomLedger } from "./room-ledger.ts";

const settleTimeoutMs = 15_000;
const tickMs = 2;

export type RoomOptions = {
  url: string;
  secret: string;
  userIds: readonly string[];
  roomId: string;
  /** What a socket of the relay asks to be in the room; members of a room of Pipit's need not ask. */
  joinEvent?: string;
};

export type RoomLoad = {
  idPrefix: string;
  warmupSeconds: number;
  seconds: number;
  /** Messages that not everybody has heard yet, at any moment; or else so many a second. */
  inFlight?: number;
  perSecond?: number;
};

export type RoomRound = RoomCounts & { messagesPerSecond: number; deliveriesPerSecond: number };

export type FullRoom = { sockets: LightSocket[]; roomId: string };

/** Connects all members of a room. */
export async function fillRoom({ url, secret, userIds, roomId, joinEvent }: RoomOptions): Promise<FullRoom> {
  const sockets = await inParallel(userIds, async (userId) => {
    const socket = await LightSocket.connect({ url, auth: { token: signToken(secret, { userId }) } });
    if (joinEvent !== undefined) await socket.request(joinEvent, { room_id: roomId });
    return socket;
  });
  return { sockets, roomId };
}

/** The members send in turn. Gives the ledger, which has each delivery's latency. */
export async function loadRoom({ sockets, roomId }: FullRoom, load: RoomLoad) {
  let sent = 0;
  let isSending = true;
  const send = (): void => {
    const sender = sent % sockets.length;
    const socket = sockets[sender];
    sent += 1;
    if (socket) sendLine({ socket, roomId }, ledger.send(sender), (answer) => ledger.acknowledge(answer, sender));
  };
  const isPaced = load.perSecond !== undefined;
  const ledger = new RoomLedger(load.idPrefix, sockets.length, () => {
    if (isSending && !isPaced) send();
  });
  for (const [index, socket] of sockets.entries()) {
    socket.onEvent = (text) => {
      if (text.startsWith('["message:receive"')) ledger.hear(index, text);
    };
  }
  const stop = isPaced ? startPace(load.perSecond ?? 0, send) : startWindow(load.inFlight ?? 1, send);
  const measured = await measure(ledger, load, () => {
    isSending = false;
    stop();
  });
  return { ledger, round: { ...ledger.count(), ...measured } satisfies RoomRound };
}

function startWindow(inFlight: number, send: () => void): () => void {
  for (let slot = 0; slot < inFlight; slot += 1) send();
  return () => undefined;
}

function startPace(perSecond: number, send: () => void): () => void {
  const startedAt = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond);
    for (; sent < due; sent += 1) send();
  }, tickMs);
  return () => clearInterval(timer);
}

async function measure(ledger: RoomLedger, { warmupSeconds, seconds }: RoomLoad, stop: () => void) {
  await sleep(warmupSeconds * 1000);
  const startedAt = performance.now();
  ledger.isMeasuring = true;
  await sleep(seconds * 1000);
  ledger.isMeasuring = false;
  const took = (performance.now() - startedAt) / 1000;
  stop();
  const deadline = performance.now() + settleTimeoutMs;
  // What has not arrived by then is counted as lost.
  const isOver = () => ledger.isSettled() || performance.now() > deadline;
  await waitUntil("the last deliveries", isOver, { timeoutMs: settleTimeoutMs * 2 });
  const { messages, deliveries } = ledger.measured;
  return { messagesPerSecond: messages / took, deliveriesPerSecond: deliveries / took };
}
