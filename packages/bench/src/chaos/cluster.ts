/**
 * The servers of a run: nodes on one PostgreSQL and one Redis. PostgreSQL is brought, and started again when it dies, by a
 * server of its own that no client uses and no fault strikes.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { findFreePort } from "../processes/free-port.ts";
import { type PipitServer, startPipit } from "../processes/pipit-server.ts";
import { findPostmaster, readDatabaseUrl } from "../processes/postmaster.ts";
import type { Scope } from "../processes/scope.ts";
import { makeTempFolder } from "../processes/temp-folder.ts";
import { waitUntil } from "../processes/wait-until.ts";
import { type HeldLink, openLink } from "./held-link.ts";
import { type RedisProcess, startRedis } from "./redis-process.ts";

const readyWithinMs = 60_000;

type Links = Record<"redis" | "database" | "clients", HeldLink>;

export type ClusterNode = {
  readonly place: number;
  /** Where it listens, and where clients reach it. */
  readonly url: string;
  readonly clientUrl: string;
  readonly links: Links | undefined;
  /** The process that runs now, or ran last. */
  server: PipitServer;
  /** Starts it again and waits until it is ready. */
  start(): Promise<void>;
};

export type Cluster = { nodes: ClusterNode[]; redis: RedisProcess; database: PipitServer; dataDir: string };

/** What a scenario has made before the nodes start. */
export type Prepared = {
  /** Where PostgreSQL keeps its data, and the file system of its own that this is on. */
  dataDir?: string;
  disk?: string;
  /** Settings of one node, beside the usual. */
  settingsOf?(place: number): Promise<Record<string, string>>;
  /** Puts a node's clock forward or back, by seconds such as `+60`. */
  setClock?(place: number, offset: string): Promise<void>;
};

export type ClusterOptions = {
  nodes: number;
  /** Put links between the parts that can be held and cut. */
  hasLinks: boolean;
  prepared: Prepared;
};

const drainSeconds = 5;

export async function startCluster(scope: Scope, { nodes, hasLinks, prepared }: ClusterOptions): Promise<Cluster> {
  const folder = await makeTempFolder(scope);
  const dataDir = prepared.dataDir ?? join(folder, "database");
  const media = join(folder, "media");
  await mkdir(media);
  const redis = await startRedis(scope);
  const common = {
    MEDIA_URL: `file:${media}`,
    PIPIT_ACCOUNTS: "off",
    PIPIT_WEB: "off",
    PIPIT_DRAIN: String(drainSeconds),
  };
  const redisUrl = (port: number): string => `redis://127.0.0.1:${port}`;
  const database = await startPipit(scope, {
    port: await findFreePort(),
    dataDir,
    settings: { ...common, REDIS_URL: redisUrl(redis.port) },
  });
  const databaseUrl = await readDatabaseUrl(dataDir);
  const startNode = async (place: number): Promise<ClusterNode> => {
    const port = await findFreePort();
    const links = hasLinks ? await openLinks(scope, { redis, dataDir, port }) : undefined;
    const own = {
      port,
      dataDir: join(folder, `node-${place}`),
      databaseUrl: links ? overTcp(databaseUrl, links.database.port) : databaseUrl,
      settings: {
        ...common,
        ...(await prepared.settingsOf?.(place)),
        REDIS_URL: redisUrl(links?.redis.port ?? redis.port),
      },
    };
    const node: ClusterNode = {
      place,
      url: `http://127.0.0.1:${port}`,
      clientUrl: `http://127.0.0.1:${links?.clients.port ?? port}`,
      links,
      server: await startPipit(scope, own),
      async start() {
        node.server = await startPipit(scope, own);
      },
    };
    return node;
  };
  const started = await Promise.all(Array.from({ length: nodes }, (_, place) => startNode(place)));
  return { nodes: started, redis, database, dataDir };
}

type LinkTargets = { redis: RedisProcess; dataDir: string; port: number };

async function openLinks(scope: Scope, { redis, dataDir, port }: LinkTargets): Promise<Links> {
  const postmaster = await findPostmaster(dataDir);
  if (!postmaster) throw new Error(`no PostgreSQL runs on ${dataDir}`);
  return {
    redis: await openLink(scope, { host: "127.0.0.1", port: redis.port }),
    // It listens on a socket in the file system, which stays where it is when it is started again.
    database: await openLink(scope, { path: join(postmaster.socketFolder, `.s.PGSQL.${postmaster.port}`) }),
    clients: await openLink(scope, { host: "127.0.0.1", port }),
  };
}

function overTcp(databaseUrl: string, port: number): string {
  const url = new URL(databaseUrl);
  url.search = "";
  url.host = `127.0.0.1:${port}`;
  return url.href;
}

/** Resolves when all nodes say that they are ready. @throws {Error} naming one that is not, after a while */
export async function untilReady({ nodes }: Cluster): Promise<void> {
  await Promise.all(
    nodes.map((node) =>
      waitUntil(`node ${node.place}'s being ready`, () => isReady(node.url), {
        timeoutMs: readyWithinMs,
        everyMs: 100,
      }),
    ),
  );
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    // It does not answer.
    return false;
  }
}
