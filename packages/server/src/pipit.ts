/** Pipit as a library: a router and an attach function for a host's own server. */
import type { Server as HttpServer } from "node:http";
import type { Hono } from "hono";
import { type Clock, systemClock } from "./clock.ts";
import { type Config, defaultConfig } from "./config.ts";
import type { Services } from "./context.ts";
import { type Cluster, createCluster } from "./create-cluster.ts";
import { describeStore } from "./create-media-parts.ts";
import type { PresenceSurroundings } from "./create-presence.ts";
import { createServices } from "./create-services.ts";
import { type OpenDatabase, openDatabase } from "./db/open-database.ts";
import { createDemo } from "./demo/create-demo.ts";
import { furnishDemo } from "./demo/furnish-demo.ts";
import { countRunning } from "./doors/count-running.ts";
import { createRunOperation } from "./doors/run-operation.ts";
import { accountJobs } from "./features/account/account-jobs.ts";
import { createAccountsFor } from "./features/accounts/create-accounts-for.ts";
import { noteDeviceActivity } from "./features/devices/on-operation.ts";
import { deviceJobs, planFirstDeviceSweep } from "./features/devices/sweep-devices.ts";
import { expiryJobs, planFirstExpiry } from "./features/expiry/expiry-jobs.ts";
import { handlers } from "./features/handlers.ts";
import { mediaJobs, planFirstSweep } from "./features/media/media-jobs.ts";
import { messageJobs, planFirstRetention } from "./features/messages/message-jobs.ts";
import { planReconciliation, pushJobs } from "./features/push/push-jobs.ts";
import { resolveVapidKeys } from "./features/push/vapid-keys.ts";
import { createFindActor, type FindActor } from "./http/find-actor.ts";
import { createOriginPolicy } from "./http/origins.ts";
import { createRestRoutes } from "./http/rest-routes.ts";
import { createSite } from "./http/site.ts";
import { readWebFiles } from "./http/web/web-files.ts";
import { type Authenticator, createAuthenticator } from "./identity/authenticate.ts";
import { resolveSecrets } from "./identity/secrets.ts";
import { createLog, type Log } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import type { Limits } from "./ports/limits/limits.ts";
import { createPublicOrigin } from "./public-origin.ts";
import { joinCluster } from "./sockets/join-cluster.ts";
import { createSocketAudiences } from "./sockets/socket-audiences.ts";
import { createSocketServer, type SocketServer } from "./sockets/socket-server.ts";
import { createSocketSessions } from "./sockets/socket-sessions.ts";
import { systemTimers, type Timers } from "./timers.ts";

export { ConfigError, readConfig } from "./config.ts";

/** Settings by the names of `Config` (docs/configuration.md lists them by environment variable); all have defaults. */
export type PipitOptions = Partial<Config> & { log?: Log; clock?: Clock } & PresenceSurroundings;

export type Pipit = {
  config: Config;
  /** Where media is kept, and what can't be measured of it here, in words for people. */
  media: { place: string; lacks: readonly string[] };
  /** The REST operations, to be mounted where the host likes: `app.route("/api/v1/chat", pipit.router)`. */
  router: Hono;
  /** A whole site: the router under /api/v1/chat, accounts, documents, health and metrics. */
  site: Hono;
  /** Opens the socket door on a server, beside whatever that server does already. */
  attach(server: HttpServer): void;
  /** Finishes what has been accepted, sends sockets away, and closes. */
  close(): Promise<void>;
};

/**
 * Opens the database, brings it up to date, and puts a server's parts together. Nothing listens yet.
 * @throws when the database can't be reached or brought up to date
 */
export async function createPipit(options: PipitOptions = {}): Promise<Pipit> {
  const { log: givenLog, clock = systemClock, timers, load, presence, ...settings } = options;
  const config = defaultConfig(settings);
  const log = givenLog ?? createLog(config.logLevel);
  const database = await openDatabase(config, log);
  const metrics = createMetrics();
  const cluster = createCluster(config, { log, clock, timers, metrics });
  const surroundings = { timers, load, presence: presence ?? cluster.presence, bus: cluster.bus };
  try {
    return await assemble(config, log, clock, database, { cluster, metrics, surroundings });
  } catch (error) {
    await cluster.close();
    await database.close();
    throw error;
  }
}

/** What a server's parts have in common, and what it shares with other nodes. */
type Shared = { cluster: Cluster; metrics: Metrics; surroundings: PresenceSurroundings };

async function assemble(
  config: Config,
  log: Log,
  clock: Clock,
  database: OpenDatabase,
  { cluster, metrics, surroundings: presence }: Shared,
): Promise<Pipit> {
  const web = await readWebFiles(config.web);
  const secrets = resolveSecrets(config);
  if (config.databaseUrl !== undefined && config.jwtSecret === undefined) {
    log.warn({}, "without PIPIT_JWT_SECRET, another node on this database will not know this one's tokens");
  }
  const origin = createPublicOrigin(config);
  const vapid = await resolveVapidKeys({ db: database.db, clock }, config);
  const create = (by: Clock, surroundings: PresenceSurroundings, watchedBy: Metrics): Services =>
    createServices(config, log, by, database, { ...secrets, vapid }, origin, surroundings, watchedBy);
  const unwatched = (by: Clock): Services => create(by, {}, createMetrics());
  if (config.demo) await furnishDemo({ createServices: unwatched, database, clock, log });
  const services = create(clock, presence, metrics);
  const { limits } = cluster;
  const demo = config.demo ? createDemo(services, limits, presence.timers) : undefined;
  const authenticator = createAuthenticator(services, secrets);
  const { run, settled } = countRunning(
    createRunOperation(services, limits, handlers, (done) => {
      noteDeviceActivity(services, done);
      demo?.noteDone(done);
    }),
  );
  const origins = createOriginPolicy(config);
  const router = createRestRoutes({ services, run, limits, findActor: toFindActor(config, authenticator, limits) });
  const accounts = config.accounts ? createAccountsFor(services, database.pool, secrets, origins.others) : undefined;
  await startJobs(services);
  let sockets: SocketServer | undefined;
  let closing: Promise<void> | undefined;
  return {
    config,
    media: { place: describeStore(config), lacks: services.media.processor.lacks },
    router,
    site: createSite({
      services,
      router,
      accounts,
      demo: demo?.routes,
      origins,
      web,
      isDraining: () => closing !== undefined,
    }),
    attach(server) {
      origin.learn(server);
      const { timers = systemTimers } = presence;
      sockets = createSocketServer(server, { services, run, authenticator, origins, limits, timers });
      openAudiences(services, sockets, authenticator, timers);
    },
    close() {
      closing ??= closeAll(services, sockets, settled, cluster, database);
      return closing;
    },
  };
}

function openAudiences(services: Services, sockets: SocketServer, authenticator: Authenticator, timers: Timers): void {
  const { io } = sockets;
  const isOneOfMany = services.config.redisUrl !== undefined;
  services.audiences = isOneOfMany ? joinCluster(sockets, services, timers) : createSocketAudiences(io);
  services.sessions = createSocketSessions(io, authenticator, services);
  services.metrics.countSockets(() => io.sockets.sockets.size);
}

async function closeAll(
  services: Services,
  sockets: SocketServer | undefined,
  settled: () => Promise<void>,
  cluster: Cluster,
  database: OpenDatabase,
): Promise<void> {
  await sockets?.close();
  await settled();
  await services.appender.drain();
  await services.watermarks.drain();
  await services.push.signals.close();
  await services.jobs.stop();
  await services.push.sender.close();
  await services.devices.activity.close();
  await services.media.processor.close();
  await services.presenceParts.close();
  await cluster.close();
  await database.close();
}

// What comes round again is planned before anything runs.
async function startJobs(services: Services): Promise<void> {
  await planFirstSweep(services);
  await planFirstDeviceSweep(services);
  await planFirstRetention(services);
  await planFirstExpiry(services);
  await planReconciliation(services);
  services.jobs.start(services, {
    ...pushJobs,
    ...mediaJobs,
    ...messageJobs,
    ...expiryJobs,
    ...deviceJobs,
    ...accountJobs,
  });
}

function toFindActor(config: Config, authenticator: Authenticator, limits: Limits): FindActor {
  const countFailure = (address: string): Promise<void> => limits.take("failure", address);
  return createFindActor({ authenticator, trustProxy: config.trustProxy, countFailure });
}
