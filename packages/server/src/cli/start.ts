/** Runs the server until it is told to stop. */
import type { Server } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { resolve } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import type { Config } from "../config.ts";
import { createLog, type Log } from "../log.ts";
import { createPipit, type Pipit } from "../pipit.ts";
import { describeAdminKey } from "./describe-admin-key.ts";
import { listen } from "./listen.ts";

const patienceMs = 30_000;
const headersTimeoutMs = 15_000;
// An upload may take as long as its address is good for; what is read at once has its own patience.
const requestTimeoutMs = 3_600_000;
// A connection by which nothing comes or goes. The longest answer to wait for is that on a large upload being looked into.
const silenceMs = 900_000;

/** @returns the address that it listens on */
export async function start(config: Config, log: Log = createLog(config.logLevel)): Promise<AddressInfo> {
  await requireFreePort(config);
  const pipit = await createPipit({ ...config, log });
  const server = createAdaptorServer({ fetch: pipit.site.fetch }) as Server;
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  server.timeout = silenceMs;
  pipit.attach(server);
  try {
    await listen(server, config);
  } catch (error) {
    await pipit.close();
    throw error;
  }
  stopOnSignals(server, pipit, log);
  const address = server.address() as AddressInfo;
  process.stdout.write(describe(pipit, address));
  return address;
}

// Asked before the database is touched: a second start must not disturb the first one's.
async function requireFreePort(config: Config): Promise<void> {
  if (config.port === 0) return;
  const probe = createServer();
  await listen(probe, config);
  await new Promise((resolve) => probe.close(resolve));
}

function stopOnSignals(server: Server, pipit: Pipit, log: Log): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) {
      log.warn({ signal }, "stopping at once");
      process.exit(1);
    }
    isStopping = true;
    log.info({ signal }, "stopping: finishing what was accepted");
    const timer = setTimeout(() => process.exit(1), pipit.config.drainSeconds * 1000 + patienceMs);
    timer.unref();
    shutDown(server, pipit).then(
      () => process.exit(0),
      (error) => {
        log.error({ err: error }, "could not stop in order");
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

async function shutDown(server: Server, pipit: Pipit): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await pipit.close();
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), 1_000).unref();
  await closed;
}

function describe({ config, media }: Pipit, address: AddressInfo): string {
  const url = config.publicUrl ?? `http://localhost:${address.port}`;
  const dataDir = resolve(config.dataDir);
  const data =
    config.databaseUrl === undefined
      ? `${dataDir} (PostgreSQL, started with the server)`
      : "the database of DATABASE_URL";
  return [
    "",
    config.demo
      ? "The demo of Pipit is running: open it, pick anybody, and look around. Only this machine reaches it."
      : "Pipit is running.",
    "",
    `  URL        ${url}`,
    `  Docs       ${url}/docs`,
    `  Data       ${data}`,
    `  Media      ${media.place}`,
    ...media.lacks.map((sentence) => `             ${sentence}`),
    ...(config.demo ? [] : ["  A token    npx pipit token --user ada", `  Admin key  ${describeAdminKey(config)}`]),
    "",
    "Ctrl-C stops it.",
    "",
    "",
  ].join("\n");
}
