/** Figures of a running server, in Prometheus' format. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type Metrics = {
  registry: Registry;
  observeBatch(batch: { rows: number; appended: number; seconds: number }): void;
  observeSend(seconds: number): void;
  observeJob(kind: string, outcome: string): void;
  observePush(provider: string, result: string): void;
  /** What this node told others, heard from them, or could not tell them. */
  observeHint(outcome: HintOutcome): void;
  /** How it is found whether others can be told and heard. Where there is one node only, it is not asked. */
  watchBus(isThere: () => boolean): void;
  /** How the number of open sockets is found when asked. */
  countSockets(count: () => number): void;
};

export type HintOutcome = "told" | "heard" | "lost";

const secondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const rowsBuckets = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** Metrics with a registry of their own, so that one process can run several servers. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const appended = new Counter({
    name: "pipit_messages_appended_total",
    help: "Messages that were committed.",
    registers,
  });
  const rows = new Histogram({
    name: "pipit_append_batch_size",
    help: "Sends in one transaction.",
    buckets: rowsBuckets,
    registers,
  });
  const commit = new Histogram({
    name: "pipit_append_commit_seconds",
    help: "From handing a batch to PostgreSQL to its commit.",
    buckets: secondsBuckets,
    registers,
  });
  const send = new Histogram({
    name: "pipit_send_to_publish_seconds",
    help: "From receiving a send to publishing its event.",
    buckets: secondsBuckets,
    registers,
  });
  const jobs = new Counter({
    name: "pipit_jobs_total",
    help: "Attempts at jobs, by how they ended.",
    labelNames: ["kind", "outcome"],
    registers,
  });
  const pushes = createPushCounter(registers);
  const bus = createBusMetrics(registers);
  let socketCount = (): number => 0;
  new Gauge({
    name: "pipit_sockets",
    help: "Open sockets.",
    registers,
    collect() {
      this.set(socketCount());
    },
  });
  return {
    registry,
    observeBatch(batch) {
      appended.inc(batch.appended);
      rows.observe(batch.rows);
      commit.observe(batch.seconds);
    },
    observeJob: (kind, outcome) => jobs.inc({ kind, outcome }),
    observePush: (provider, result) => pushes.inc({ provider, result }),
    observeSend: (seconds) => send.observe(seconds),
    ...bus,
    countSockets(count) {
      socketCount = count;
    },
  };
}

function createPushCounter(registers: Registry[]): Counter<"provider" | "result"> {
  return new Counter({
    name: "pipit_push_total",
    help: "Attempts to send a notification, by what became of them.",
    labelNames: ["provider", "result"],
    registers,
  });
}

function createBusMetrics(registers: Registry[]): Pick<Metrics, "observeHint" | "watchBus"> {
  const hints = new Counter({
    name: "pipit_hints_total",
    help: "Hints between nodes, by what became of them.",
    labelNames: ["outcome"],
    registers,
  });
  const byOutcome = {
    told: hints.labels({ outcome: "told" }),
    heard: hints.labels({ outcome: "heard" }),
    lost: hints.labels({ outcome: "lost" }),
  };
  return {
    observeHint: (outcome) => byOutcome[outcome].inc(),
    watchBus(isThere) {
      new Gauge({
        name: "pipit_bus_up",
        help: "1 while this node hears the others through Redis, 0 while it does not.",
        registers,
        collect() {
          this.set(isThere() ? 1 : 0);
        },
      });
    },
  };
}
