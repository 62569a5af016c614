/** Socket.IO's own client, with the least that the contract asks of one: `messages:sync` after each connecting. */
import { io, type ManagerOptions, type Socket } from "socket.io-client";
import { CuttableAgent } from "./cuttable-agent.ts";
import type { Device, DeviceOptions } from "./device.ts";
import { DeviceLog } from "./device-log.ts";

const pageSize = 100;
const answerMs = 20_000;

type Told = { sequence_number: number };
type Answer = { success: boolean; data: { messages: Told[]; has_more: boolean; last_sequence: number } };

/** Resolves when it is connected and has brought everything. */
export function openLightDevice(options: DeviceOptions): Promise<Device> {
  return openSocketDevice(options, async (socket, take, upTo) => {
    let answer: Answer;
    do {
      const input = { room_id: options.roomId, since_sequence: upTo(), limit: pageSize };
      answer = await socket.timeout(answerMs).emitWithAck("messages:sync", input);
      if (!answer.success) throw new Error(`messages:sync was refused: ${JSON.stringify(answer)}`);
      for (const message of answer.data.messages) take(message);
    } while (answer.data.has_more);
  });
}

/** The same client without any sync: what is said while it is away never comes. */
export function openPlainDevice(options: DeviceOptions): Promise<Device> {
  return openSocketDevice(options, () => Promise.resolve());
}

type CatchUp = (socket: Socket, take: (message: Told) => void, upTo: () => number) => Promise<void>;

async function openSocketDevice({ url, token, roomId }: DeviceOptions, catchUp: CatchUp): Promise<Device> {
  const log = new DeviceLog();
  const link = new CuttableAgent();
  const socket = io(url, toSocketOptions(token, link));
  /** Up to which sequence everything is there. */
  let upTo = 0;
  let connection = 0;
  let syncedConnection = 0;
  const take = ({ sequence_number: sequence }: Told): void => {
    if (log.arrivals.has(sequence)) log.repeatedOnWire += 1;
    log.noteArrival(sequence);
    while (log.arrivals.has(upTo + 1)) upTo += 1;
  };
  const ready = Promise.withResolvers<void>();
  socket.on("message:receive", (message: Told & { room_id: string }) => {
    if (message.room_id === roomId) take(message);
  });
  socket.on("connect", () => {
    connection += 1;
    const own = connection;
    log.noteConnect();
    catchUp(socket, take, () => upTo).then(
      () => {
        syncedConnection = own;
        ready.resolve();
      },
      // The connection ended first: the next one brings it.
      (error: unknown) => {
        if (socket.connected && own === connection) ready.reject(error);
      },
    );
  });
  await ready.promise;
  return {
    log,
    link,
    look: () => undefined,
    isSettled: () => socket.connected && syncedConnection === connection,
    async close() {
      socket.disconnect();
      link.close();
    },
  };
}

/** Socket.IO's own ways of coming back, as they are by default. */
function toSocketOptions(token: string, agent: CuttableAgent) {
  const options = { auth: { token }, transports: ["websocket"], forceNew: true };
  // Its types know agents' names only; in Node it takes the agent itself, as `ws` does.
  return { ...options, agent: agent as unknown as NonNullable<ManagerOptions["agent"]> };
}
