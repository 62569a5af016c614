/** The project's own client, as an app uses it: with receipts, and somebody who looks at the room. */
import { createClient } from "@pipit/client";
import { openProxy } from "./cuttable-proxy.ts";
import type { Device, DeviceOptions } from "./device.ts";
import { DeviceLog } from "./device-log.ts";

/** As often as a busy app draws: each look goes through the whole window. */
const lookEveryMs = 50;

type SentItem = { id: string; sequence_number: number };

/** Opens a client and resolves when it has brought everything. @throws what its start throws */
export async function openSdkDevice({ url, token, roomId }: DeviceOptions): Promise<Device> {
  const log = new DeviceLog();
  const link = await openProxy(url);
  const client = createClient({ url: link.url, token, onError: (error) => console.error(error) });
  const room = client.room(roomId);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    timer = undefined;
    noteWindow(log, room.messages.getSnapshot().items);
  };
  room.messages.subscribe(() => {
    timer ??= setTimeout(look, lookEveryMs);
  });
  let wasOnline = false;
  const synced = Promise.withResolvers<void>();
  client.connection.subscribe(() => {
    const isOnline = client.connection.getSnapshot().status === "online";
    if (isOnline && !wasOnline) log.noteConnect();
    wasOnline = isOnline;
    if (client.isSynced.getSnapshot()) synced.resolve();
  });
  await client.start();
  await synced.promise;
  return {
    log,
    link,
    look,
    isSettled: () => client.isSynced.getSnapshot(),
    async close() {
      clearTimeout(timer);
      await client.close();
      link.close();
    },
  };
}

/** Notes what is new in a window, and what stands in it twice or in the wrong order. */
export function noteWindow(log: DeviceLog, items: readonly SentItem[]): void {
  const seen = new Set<string>();
  let last = 0;
  let repeated = 0;
  let misplaced = 0;
  for (const { id, sequence_number: sequence } of items) {
    if (seen.has(id)) repeated += 1;
    else if (sequence <= last) misplaced += 1;
    seen.add(id);
    last = sequence;
    log.noteArrival(sequence);
  }
  log.repeated = Math.max(log.repeated, repeated);
  log.misplaced = Math.max(log.misplaced, misplaced);
}
