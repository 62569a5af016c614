/** What the `fan-out` scenario found. */
import type { Machine, Versions } from "../machine.ts";
import { addUsages, sayLimit } from "../processes/usage.ts";
import { judge, type Target } from "../report/judge.ts";
import { type Report, roundSummary } from "../report/report.ts";
import { round } from "../statistics.ts";
import type { FanOutOptions, Measured } from "./run-fan-out.ts";

export type FanOutFindings = {
  options: FanOutOptions;
  server: Measured[];
  relay: Measured[];
  /** The server at half of its rate. */
  paced: Measured;
  machine: Machine;
  versions: Versions;
};

const targets: Target[] = [
  { figure: "ratio", bound: "at least", value: 0.9 },
  { figure: "deliveries_per_s", bound: "at least", value: 60_000 },
];

export function toFanOutReport(findings: FanOutFindings): Report {
  const { options, server, relay, paced } = findings;
  const { seed, members, inFlight, seconds, rounds, warmupSeconds } = options;
  const [own, bare] = [meanRate(server), meanRate(relay)];
  const figures = {
    deliveries_per_s: Math.round(own),
    relay_deliveries_per_s: Math.round(bare),
    ratio: bare === 0 ? 0 : round(own / bare, 3),
    messages_per_s: round(own / Math.max(1, members - 1), 1),
    server_processor_us_per_delivery: perDelivery(server, "server"),
    relay_processor_us_per_delivery: perDelivery(relay, "relay"),
    database_processor_us_per_delivery: perDelivery(server, "database"),
    generator_processor_us_per_delivery: perDelivery(server, "generator"),
    paced_deliveries_per_s: Math.round(paced.round.deliveriesPerSecond),
  };
  return {
    scenario: "fan-out",
    options: { members, in_flight: inFlight, seconds, rounds, warmup: warmupSeconds },
    figures,
    latencies: {
      "delivery, last round": roundSummary(server.at(-1)?.round.deliveryLatency ?? paced.round.deliveryLatency),
      "delivery by the relay, last round": roundSummary(
        relay.at(-1)?.round.deliveryLatency ?? paced.round.deliveryLatency,
      ),
      "delivery at half the rate": roundSummary(paced.round.deliveryLatency),
    },
    checks: addUp([...server, ...relay, paced]),
    targets: judge(targets, figures),
    stopped_by: `${sayLimit(addUsages(server.map(({ usage }) => usage)))} (of the relay: ${sayLimit(addUsages(relay.map(({ usage }) => usage)))})`,
    method:
      "members send in turn; a message is over when every other member has heard it; each delivery at each socket is booked; processor time over whole rounds, with their warm-up",
    machine: findings.machine,
    versions: findings.versions,
    seed,
  };
}

function meanRate(measured: readonly Measured[]): number {
  return measured.reduce((sum, one) => sum + one.round.deliveriesPerSecond, 0) / Math.max(1, measured.length);
}

function perDelivery(measured: readonly Measured[], part: string): number | null {
  const seconds = addUsages(measured.map(({ usage }) => usage)).used[part] ?? null;
  const deliveries = measured.reduce((sum, one) => sum + one.round.delivered, 0);
  return seconds === null || deliveries === 0 ? null : round((1e6 * seconds) / deliveries, 2);
}

function addUp(measured: readonly Measured[]): Record<string, number> {
  const sum = (name: "lost" | "repeated" | "unexpected" | "refused") =>
    measured.reduce((total, one) => total + one.round[name], 0);
  return { lost: sum("lost"), repeated: sum("repeated"), unexpected: sum("unexpected"), refused: sum("refused") };
}
