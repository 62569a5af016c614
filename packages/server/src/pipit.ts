/** Pipit as a library: a router and an attach function for a host's own server. */
import type { Server as HttpServer } from "node:http";
import type { Hono } from "hono";
import { type Clock, systemClock } from "./clock.ts";
import { type Config, defaultConfig } from "./config.ts";
import type { Services } from "./context.ts";
import { type OpenDatabase, openDatabase } from "./db/open-database.ts";
import { countRunning } from "./doors/count-running.ts";
import { createRunOperation } from "./doors/run-operation.ts";
import { createAccountsFor } from "./features/accounts/create-accounts-for.ts";
import { handlers } from "./features/handlers.ts";
import { createAppender } from "./features/messages/append-messages.ts";
import { createWatermarkAdvancer } from "./features/receipts/advance-watermarks.ts";
import { createUserDirectory } from "./features/users/user-directory-access.ts";
import { createOriginPolicy } from "./http/origins.ts";
import { createRestRoutes } from "./http/rest-routes.ts";
import { createSite } from "./http/site.ts";
import { createAuthenticator } from "./identity/authenticate.ts";
import { createTokenIssuer } from "./identity/issue-token.ts";
import { resolveSecrets } from "./identity/secrets.ts";
import { createLog, type Log } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { noAudiences } from "./ports/audiences/no-audiences.ts";
import { createMemoryLimits } from "./ports/limits/memory-limits.ts";
import { ratesOf } from "./ports/limits/rates-of.ts";
import { createSocketAudiences } from "./sockets/socket-audiences.ts";
import { createSocketServer, type SocketServer } from "./sockets/socket-server.ts";

export { ConfigError, readConfig } from "./config.ts";

/** Settings by the names of `Config` (docs/configuration.md lists them by environment variable); all have defaults. */
export type PipitOptions = Partial<Config> & { log?: Log; clock?: Clock };

export type Pipit = {
  config: Config;
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
    return assemble(config, log, clock, database);
  } catch (error) {
    await database.close();
    throw error;
  }
}

function assemble(config: Config, log: Log, clock: Clock, database: OpenDatabase): Pipit {
  const secrets = resolveSecrets(config);
  if (config.databaseUrl !== undefined && config.jwtSecret === undefined) {
    log.warn({}, "without PIPIT_JWT_SECRET, another node on this database will not know this one's tokens");
  }
  const services = createServices(config, log, clock, database, secrets);
  const limits = createMemoryLimits(ratesOf(config));
  const authenticator = createAuthenticator(services, secrets);
  const { run, settled } = countRunning(createRunOperation(services, limits, handlers));
  const origins = createOriginPolicy(config);
  const countFailure = (address: string): Promise<void> => limits.take("failure", address);
  const router = createRestRoutes({ services, run, authenticator, countFailure });
  const accounts = config.accounts ? createAccountsFor(services, database.pool, secrets, origins.others) : undefined;
  let sockets: SocketServer | undefined;
  let closing: Promise<void> | undefined;
  return {
    config,
    router,
    site: createSite({ services, router, accounts, origins, isDraining: () => closing !== undefined }),
    attach(server) {
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
        await database.close();
      })();
      return closing;
    },
  };
}

function createServices(
  config: Config,
  log: Log,
  clock: Clock,
  database: OpenDatabase,
  secrets: { jwt: string },
): Services {
  const metrics = createMetrics();
  return {
    config,
    db: database.db,
    appender: createAppender(database.writer, clock, metrics.observeBatch),
    watermarks: createWatermarkAdvancer(database.writer, clock),
    audiences: noAudiences,
    tokens: createTokenIssuer(secrets.jwt, clock),
    users: createUserDirectory(database.db, clock),
    clock,
    metrics,
    log,
  };
}
