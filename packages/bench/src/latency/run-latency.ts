/** The `latency` scenario: how long a message is on its way when the server is not at its limit. */
import { makeIdPrefix } from "../load/id-prefix.ts";
import type { Round } from "../load/orders.ts";
import { describeMachine, type Machine, readVersions, type Versions } from "../machine.ts";
import { sumSeries } from "../metrics.ts";
import { jwtSecret } from "../processes/pipit-server.ts";
import type { Stage } from "../processes/start-stage.ts";
import { readStoredBytes, type StoredBytes } from "../processes/stored-bytes.ts";
import { measureUsage, type Usage } from "../processes/usage.ts";
import { createRandom } from "../random.ts";
import type { Progress } from "../scenario.ts";

const target = "server";
const inFlight = 8;

export type LatencyOptions = {
  seed: number;
  pairs: number;
  perSecond: number;
  warmupSeconds: number;
  /** At each of the two rates. */
  seconds: number;
  /** That the maximum is measured for. */
  peakSeconds: number;
};

type Measured = { round: Round; usage: Usage };

export type LatencyFindings = {
  options: LatencyOptions;
  steady: Measured;
  peak: Round;
  half: Measured;
  /** What each of all messages added to the database, and to its log. */
  bytesPerMessage: StoredBytes;
  machine: Machine;
  versions: Versions;
};

/** Leaves the sockets connected. */
export async function runLatency(
  { server, dataDir, databaseUrl, generator, parts }: Stage,
  options: LatencyOptions,
  progress: Progress,
): Promise<LatencyFindings> {
  const random = createRandom(options.seed);
  const { pairs, warmupSeconds, seconds, peakSeconds } = options;
  await generator.order("connect", { target, url: server.url, secret: jwtSecret, pairs, userPrefix: "latency-" });
  const pace = async (perSecond: number): Promise<Measured> => {
    progress(`${perSecond} messages a second for ${warmupSeconds + seconds} s`);
    const order = { target, idPrefix: makeIdPrefix(random), perSecond, warmupSeconds, seconds };
    const { value: round, usage } = await measureUsage(parts, () => generator.order("pace", order));
    return { round, usage };
  };
  const before = await readStored(server, databaseUrl);
  const steady = await pace(options.perSecond);
  progress(`as much as it takes for ${warmupSeconds + peakSeconds} s`);
  const closed = { target, inFlight, isRecorded: true, warmupSeconds, seconds: peakSeconds };
  const peak = await generator.order("saturate", { ...closed, idPrefix: makeIdPrefix(random) });
  const half = await pace(Math.max(1, Math.round(peak.ackedPerSecond / 2)));
  const bytesPerMessage = share(before, await readStored(server, databaseUrl));
  const versions = await readVersions(dataDir);
  return { options, steady, peak, half, bytesPerMessage, machine: describeMachine(), versions };
}

type Stored = StoredBytes & { messages: number };

async function readStored(server: Stage["server"], databaseUrl: string): Promise<Stored> {
  const messages = sumSeries(await server.readMetrics(), "pipit_messages_appended_total");
  return { messages, ...(await readStoredBytes(databaseUrl)) };
}

// The warm-ups' messages are among them: the server counts them all.
function share(before: Stored, after: Stored): StoredBytes {
  const messages = Math.max(1, after.messages - before.messages);
  return { kept: (after.kept - before.kept) / messages, logged: (after.logged - before.logged) / messages };
}
