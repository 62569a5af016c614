/**
 * Slow consumers: a hundred sockets stop reading while their room gets a thousand messages a second. The servers must not
 * grow by what waits for them, must cut each, and each must be able to come back and learn what it missed.
 */
import { inParallel } from "../load/pairs.ts";
import { sumSeries } from "../metrics.ts";
import { readResidentBytes } from "../processes/memory.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { type ChatUser, connectUser, createGroup } from "../wire/chat-user.ts";
import { toEnvelope } from "../wire/rest-client.ts";
import type { Cluster } from "./cluster.ts";
import type { Fault, FaultContext } from "./fault.ts";

const slowCount = 100;
const senderCount = 8;
const perSecond = 1_000;
/** While all still read: as much as the harness itself can read on a small machine. */
const warmPerSecond = 200;
const warmSeconds = 10;
const floodSeconds = 40;
const mostGrownBytes = 64 * 2 ** 20;
const goneWithinMs = 20_000;
const tickMs = 5;
const lookMs = 250;
const content = "Shall we meet at the station at half past six, or would you rather walk there? ".repeat(3);
/** Answers that are awaited at any moment, at most: what the servers can't do is not piled up before them. */
const maxUnanswered = 2_000;

type Flood = { sent: number; acked: number; seconds: number };

export const stallConsumers: Fault = async (context) => {
  const { cluster, secondMs } = context;
  const urls = cluster.nodes.map(({ url }) => url);
  const connect = (prefix: string, count: number): Promise<ChatUser[]> =>
    inParallel(Array.from({ length: count }), (_, place) =>
      connectUser(urls[place % urls.length] ?? "", `${prefix}${place}`),
    );
  const senders = await connect("flood-", senderCount);
  const sockets = await countSockets(cluster);
  const slow = await connect("slow-", slowCount);
  const members = [...senders, ...slow].map(({ userId }) => userId);
  const roomId = await createGroup(senders[0] as ChatUser, `flood ${context.figures.length}`, members);
  context.progress(`${warmPerSecond} messages a second while nobody is slow`);
  const warm = { perSecond: warmPerSecond, seconds: (warmSeconds * secondMs) / 1000 };
  const before = await flood(senders, roomId, warm, () => undefined);
  const levels = await readAll(cluster);
  for (const { socket } of slow) socket.pause();
  context.progress(`${slowCount} sockets stop reading, and ${perSecond} messages a second come`);
  const peaks = [...levels];
  const full = { perSecond, seconds: (floodSeconds * secondMs) / 1000 };
  const during = await flood(senders, roomId, full, async () => {
    for (const [place, bytes] of (await readAll(cluster)).entries()) peaks[place] = Math.max(peaks[place] ?? 0, bytes);
  });
  const grown = peaks.map((peak, place) => peak - (levels[place] ?? 0));
  const left = Math.max(0, (await countSockets(cluster)) - sockets);
  const cut = await countGone(slow);
  const resynced = await inParallel(slow, ({ userId }, place) =>
    syncAnew(urls[place % urls.length] ?? "", userId, roomId, before.acked + during.acked),
  );
  for (const { socket } of senders) socket.close();
  const back = resynced.filter(Boolean).length;
  judge(context, { grown, cut, back });
  context.figures.push({
    slow: slowCount,
    cut,
    not_yet_cut_at_the_end: left,
    resynced: back,
    sent_per_second: Math.round(during.sent / during.seconds),
    acked_per_second: Math.round(during.acked / during.seconds),
    ...Object.fromEntries(levels.map((bytes, place) => [`level_mb_of_node_${place}`, toMegabytes(bytes)])),
    ...Object.fromEntries(grown.map((bytes, place) => [`grown_mb_of_node_${place}`, toMegabytes(bytes)])),
  });
};

function judge({ problems }: FaultContext, { grown, cut, back }: { grown: number[]; cut: number; back: number }): void {
  for (const [place, bytes] of grown.entries()) {
    if (bytes > mostGrownBytes) problems.push(`node ${place} grew by ${toMegabytes(bytes)} MB for slow consumers`);
  }
  if (cut < slowCount) problems.push(`${slowCount - cut} of ${slowCount} slow consumers were not cut`);
  if (back < slowCount) problems.push(`${slowCount - back} of ${slowCount} slow consumers did not come back whole`);
}

/** Sends at the rate, over all senders in turn, and calls `look` now and then. */
async function flood(
  senders: readonly ChatUser[],
  roomId: string,
  pace: { perSecond: number; seconds: number },
  look: () => Promise<void> | void,
): Promise<Flood> {
  const result = { sent: 0, acked: 0, unanswered: 0 };
  const { perSecond: rate, seconds } = pace;
  const startedAt = performance.now();
  const json = JSON.stringify({ room_id: roomId, content });
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * rate);
    for (; result.sent < due && result.unanswered < maxUnanswered; result.sent += 1) {
      result.unanswered += 1;
      senders[result.sent % senders.length]?.socket.emit("message:send", json, (answer) => {
        result.unanswered -= 1;
        if (typeof answer === "string" && answer.startsWith('[{"success":true')) result.acked += 1;
      });
    }
  }, tickMs);
  const end = startedAt + seconds * 1000;
  await waitUntil(
    "the flood",
    async () => {
      await look();
      return performance.now() >= end;
    },
    { timeoutMs: seconds * 1000 + goneWithinMs, everyMs: lookMs },
  );
  clearInterval(timer);
  const tookSeconds = (performance.now() - startedAt) / 1000;
  await waitUntil("the last answers", () => result.unanswered === 0, { timeoutMs: goneWithinMs });
  return { sent: result.sent, acked: result.acked, seconds: tookSeconds };
}

/** Has all read on: those that were cut find their connection's end. */
async function countGone(slow: readonly ChatUser[]): Promise<number> {
  let gone = 0;
  for (const { socket } of slow) {
    void socket.closed.then(() => {
      gone += 1;
    });
    socket.resume();
  }
  await waitUntil("the end of slow consumers", () => gone === slow.length, { timeoutMs: goneWithinMs }).catch(() => {
    // Who was not cut is counted.
  });
  for (const { socket } of slow) socket.close();
  return gone;
}

/** Whether a user who comes back is told of all messages. */
async function syncAnew(url: string, userId: string, roomId: string, atLeast: number): Promise<boolean> {
  const { socket } = await connectUser(url, userId);
  const answer = toEnvelope(await socket.request("messages:sync", { room_id: roomId }));
  socket.close();
  if (!answer.success) return false;
  const page = answer.data as { last_sequence: number; messages: { sequence_number: number }[] };
  return page.last_sequence >= atLeast && page.messages.at(-1)?.sequence_number === page.last_sequence;
}

function readAll({ nodes }: Cluster): Promise<number[]> {
  return Promise.all(nodes.map(({ server }) => readResidentBytes(server.pid)));
}

async function countSockets({ nodes }: Cluster): Promise<number> {
  const pages = await Promise.all(nodes.map(({ server }) => server.readMetrics()));
  return pages.reduce((sum, page) => sum + sumSeries(page, "pipit_sockets"), 0);
}

function toMegabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
