/** Pipit's server as a process of its own, as an operator would run it. */
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "./child.ts";
import { stopPostmaster } from "./postmaster.ts";
import type { Scope } from "./scope.ts";
import { waitUntil } from "./wait-until.ts";

const program = fileURLToPath(new URL("../../../server/bin/pipit.js", import.meta.url));
const startTimeoutMs = 60_000;
const probeTimeoutMs = 2_000;

/** Keys for this machine's runs only: the server listens on the loopback address. */
export const jwtSecret = "a-secret-for-runs-on-one-machine-only";
const adminKey = "an-admin-key-for-runs-on-one-machine";

export type PipitServer = Child & {
  readonly url: string;
  /** The page at /metrics. */
  readMetrics(): Promise<string>;
};

export type PipitOptions = {
  port: number;
  /** Where the server keeps its data and its embedded PostgreSQL. */
  dataDir: string;
  /** A database to use instead of an embedded one. */
  databaseUrl?: string;
  /** Other settings, by the names of their environment variables. */
  settings?: Record<string, string>;
};

/** Starts a server and waits until it is ready. @throws {Error} with what it printed, when it ends or hangs instead. */
export async function startPipit(scope: Scope, options: PipitOptions): Promise<PipitServer> {
  const url = `http://127.0.0.1:${options.port}`;
  // Closed after the server: what a killed server left running must not outlive the run.
  if (options.databaseUrl === undefined) scope.defer(() => stopLeftover(options.dataDir));
  const child = await startChild(scope, {
    name: "pipit",
    args: ["--max-semi-space-size=32", program, "start"],
    env: toEnv(options),
  });
  try {
    await waitUntil("the start of the server", () => isReady(child, url), { timeoutMs: startTimeoutMs });
  } catch (error) {
    throw new Error(`the server did not start:\n${child.output()}`, { cause: error });
  }
  return { ...child, url, readMetrics: () => readMetrics(url) };
}

async function stopLeftover(dataDir: string): Promise<void> {
  await stopPostmaster(dataDir);
}

function toEnv({ port, dataDir, databaseUrl, settings }: PipitOptions): Record<string, string | undefined> {
  return {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TMPDIR: process.env.TMPDIR,
    NODE_ENV: "production",
    PORT: String(port),
    HOST: "127.0.0.1",
    PIPIT_DATA_DIR: dataDir,
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    PIPIT_JWT_SECRET: jwtSecret,
    PIPIT_ADMIN_KEY: adminKey,
    PIPIT_RATE_LIMITS: "off",
    PIPIT_DRAIN: "0",
    LOG_LEVEL: "warn",
    ...settings,
  };
}

async function isReady(child: Child, url: string): Promise<boolean> {
  if (child.hasExited()) throw new Error("the process has ended");
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(probeTimeoutMs) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    // Not listening yet.
    return false;
  }
}

async function readMetrics(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`);
  if (!response.ok) throw new Error(`/metrics answered ${response.status}`);
  return response.text();
}
