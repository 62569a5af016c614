/** What every use-case is given: who asks, and the parts that it may use. */

import type { Input, OperationName, Result } from "@pipit/protocol/operations";
import type { Kysely, Transaction } from "kysely";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Database } from "./db/schema.ts";
import type { DeviceParts } from "./features/devices/device-parts.ts";
import type { MediaLinks } from "./features/media/media-links.ts";
import type { MediaParts } from "./features/media/media-parts.ts";
import type { Appender } from "./features/messages/append-messages.ts";
import type { PresenceParts } from "./features/presence/presence-parts.ts";
import type { PushParts } from "./features/push/push-parts.ts";
import type { WatermarkAdvancer } from "./features/receipts/advance-watermarks.ts";
import type { UserDirectory } from "./features/users/user-directory-access.ts";
import type { TokenIssuer } from "./identity/issue-token.ts";
import type { Jobs } from "./jobs/jobs.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { Audiences } from "./ports/audiences/audiences.ts";
import type { Bus } from "./ports/bus/bus.ts";
import type { Presence } from "./ports/presence/presence.ts";
import type { Sessions } from "./ports/sessions/sessions.ts";
import type { PublicOrigin } from "./public-origin.ts";

/** Who asks. A holder of the admin key is `{ kind: "service" }` and belongs to no tenant. */
export type Actor = {
  kind: "user" | "service";
  tenantId: string;
  userId: string;
  deviceId?: string | undefined;
  /** When the token was made by which they ask, in seconds since 1970, if it says so. */
  issuedAt?: number | undefined;
  /** The session of a stand-alone account that the token was given for. */
  sessionId?: string | undefined;
  /** The socket that the request came by: it gets the reply, not the event that follows from it. */
  socketId?: string | undefined;
};

/** The parts of a running server that use-cases may use. */
export type Services = {
  config: Config;
  db: Kysely<Database>;
  appender: Appender;
  watermarks: WatermarkAdvancer;
  audiences: Audiences;
  bus: Bus;
  presence: Presence;
  sessions: Sessions;
  presenceParts: PresenceParts;
  devices: DeviceParts;
  tokens: TokenIssuer;
  users: UserDirectory;
  media: MediaParts;
  links: MediaLinks;
  /** The address that clients reach the server by, without a slash at its end. */
  origin: PublicOrigin["get"];
  push: PushParts;
  jobs: Jobs;
  clock: Clock;
  metrics: Metrics;
  log: Log;
};

export type Context = Services & { actor: Actor };

/** A connection for reading, inside a transaction or outside. */
export type Reader = Kysely<Database> | Transaction<Database>;

/** What it takes to show messages: where to read them, and how the media that they carry is addressed. */
export type Source = { db: Reader; links: MediaLinks };

/** A transaction that is open. */
export type Writer = Transaction<Database>;

export type Handler<Name extends OperationName> = (ctx: Context, input: Input<Name>) => Promise<Result<Name>>;

/** The use-cases that operations are bound to; each feature gives those of its own. */
export type Handlers = { [Name in OperationName]: Handler<Name> };
