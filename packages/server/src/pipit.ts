/** Pipit as a library: a router and an attach function for a host's own server. */
import type { Server as HttpServer } from "node:http";
import type { Hono } from "hono";
import { type Clock, systemClock } from "./clock.ts";
import { type Config, defaultConfig } from "./config.ts";
import type { Services } from "./context.ts";
import { createMediaParts, describeStore } from "./create-media-parts.ts";
import { type OpenDatabase, openDatabase } from "./db/open-database.ts";
import { countRunning } from "./doors/count-running.ts";
import { createRunOperation } from "./doors/run-operation.ts";
import { createAccountsFor } from "./features/accounts/create-accounts-for.ts";
import { handlers } from "./features/handlers.ts";
import { mediaJobs, planFirstSweep } from "./features/media/media-jobs.ts";
import { createMediaLinks } from "./features/media/media-links.ts";
import { createAppender } from "./features/messages/append-messages.ts";
import { createWatermarkAdvancer } from "./features/receipts/advance-watermarks.ts";
import { createUserDirectory } from "./features/users/user-directory-access.ts";
import { createFindActor, type FindActor } from "./http/find-actor.ts";
import { createOriginPolicy } from "./http/origins.ts";
import { createRestRoutes } from "./http/rest-routes.ts";
import { createSite } from "./http/site.ts";
import { type Authenticator, createAuthenticator } from "./identity/authenticate.ts";
import { createTokenIssuer } from "./identity/issue-token.ts";
import { deriveSecret, resolveSecrets } from "./identity/secrets.ts";
import { createJobs } from "./jobs/create-jobs.ts";
import { createLog, type Log } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { noAudiences } from "./ports/audiences/no-audiences.ts";
import type { Limits } from "./ports/limits/limits.ts";
import { createMemoryLimits } from "./ports/limits/memory-limits.ts";
import { ratesOf } from "./ports/limits/rates-of.ts";
import { createPublicOrigin, type PublicOrigin } from "./public-origin.ts";
import { createSocketAudiences } from "./sockets/socket-audiences.ts";
import { createSocketServer, type SocketServer } from "./sockets/socket-server.ts";

export { ConfigError, readConfig } from "./config.ts";

/** Settings by the names of `Config` (docs/configuration.md lists them by environment variable); all have defaults. */
export type PipitOptions = Partial<Config> & { log?: Log; clock?: Clock };

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
  const { log: givenLog, clock = systemClock, ...settings } = options;
  const config = defaultConfig(settings);
  const log = givenLog ?? createLog(config.logLevel);
  const database = await openDatabase(config, log);
  try {
    return await assemble(config, log, clock, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function assemble(config: Config, log: Log, clock: Clock, database: OpenDatabase): Promise<Pipit> {
  const secrets = resolveSecrets(config);
  if (config.databaseUrl !== undefined && config.jwtSecret === undefined) {
    log.warn({}, "without PIPIT_JWT_SECRET, another node on this database will not know this one's tokens");
  }
  const origin = createPublicOrigin(config);
  const services = createServices(config, log, clock, database, secrets, origin);
  const limits = createMemoryLimits(ratesOf(config));
  const authenticator = createAuthenticator(services, secrets);
  const { run, settled } = countRunning(createRunOperation(services, limits, handlers));
  const origins = createOriginPolicy(config);
  const router = createRestRoutes({ services, run, limits, findActor: toFindActor(config, authenticator, limits) });
  const accounts = config.accounts ? createAccountsFor(services, database.pool, secrets, origins.others) : undefined;
  await planFirstSweep(services);
  services.jobs.start(services, mediaJobs);
  let sockets: SocketServer | undefined;
  let closing: Promise<void> | undefined;
  return {
    config,
    media: { place: describeStore(config), lacks: services.media.processor.lacks },
    router,
    site: createSite({ services, router, accounts, origins, isDraining: () => closing !== undefined }),
    attach(server) {
      origin.learn(server);
      sockets = createSocketServer(server, { services, run, authenticator, origins, limits });
      const { io } = sockets;
      services.audiences = createSocketAudiences(io);
      services.metrics.countSockets(() => io.sockets.sockets.size);
    },
    close() {
      closing ??= (async () => {
        await sockets?.close();
        await settled();
        await services.appender.drain();
        await services.watermarks.drain();
        await services.jobs.stop();
        await services.media.processor.close();
        await database.close();
      })();
      return closing;
    },
  };
}

function toFindActor(config: Config, authenticator: Authenticator, limits: Limits): FindActor {
  const countFailure = (address: string): Promise<void> => limits.take("failure", address);
  return createFindActor({ authenticator, trustProxy: config.trustProxy, countFailure });
}

function createServices(
  config: Config,
  log: Log,
  clock: Clock,
  database: OpenDatabase,
  secrets: { jwt: string },
  origin: PublicOrigin,
): Services {
  const metrics = createMetrics();
  const { db } = database;
  return {
    config,
    db,
    appender: createAppender(database.writer, clock, metrics.observeBatch),
    watermarks: createWatermarkAdvancer(database.writer, clock),
    audiences: noAudiences,
    tokens: createTokenIssuer(secrets.jwt, clock),
    users: createUserDirectory(db, clock),
    media: createMediaParts({ config, log, clock, secret: secrets.jwt, origin: origin.get }),
    links: createMediaLinks({
      origin: origin.get,
      secret: deriveSecret(secrets.jwt, "media addresses"),
      now: () => clock.now(),
      signedSeconds: config.mediaUrlSeconds,
      cloudflare: config.cloudflareImages,
    }),
    jobs: createJobs({ db, clock, log, observe: metrics.observeJob }),
    clock,
    metrics,
    log,
  };
}
