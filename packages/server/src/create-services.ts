/** Puts the parts together that use-cases may use. */
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { Services } from "./context.ts";
import { createMediaParts } from "./create-media-parts.ts";
import { addPresence, type PresenceSurroundings } from "./create-presence.ts";
import { createPushParts } from "./create-push-parts.ts";
import type { OpenDatabase } from "./db/open-database.ts";
import { createDeviceParts } from "./features/devices/device-parts.ts";
import { createMediaLinks } from "./features/media/media-links.ts";
import { createAppender } from "./features/messages/append-messages.ts";
import { createWatermarkAdvancer } from "./features/receipts/advance-watermarks.ts";
import { createUserDirectory } from "./features/users/user-directory-access.ts";
import { createTokenIssuer } from "./identity/issue-token.ts";
import { deriveSecret } from "./identity/secrets.ts";
import { createJobs } from "./jobs/create-jobs.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { noAudiences } from "./ports/audiences/no-audiences.ts";
import { noBus } from "./ports/bus/no-bus.ts";
import type { VapidKeys } from "./ports/push/web-push-sender.ts";
import { noSessions } from "./ports/sessions/no-sessions.ts";
import type { PublicOrigin } from "./public-origin.ts";

/** Nothing runs or listens yet, and nobody hears of an event until `audiences` is replaced. */
export function createServices(
  config: Config,
  log: Log,
  clock: Clock,
  database: OpenDatabase,
  secrets: { jwt: string; vapid: VapidKeys },
  origin: PublicOrigin,
  presence: PresenceSurroundings,
  metrics: Metrics,
): Services {
  const { db } = database;
  const jobs = createJobs({ db, clock, log, observe: metrics.observeJob });
  const push = createPushParts({ config, db, log, clock, jobs, keys: secrets.vapid, observe: metrics.observePush });
  const services: Omit<Services, "presence" | "presenceParts"> = {
    config,
    db,
    appender: createAppender(database.writer, clock, (batch) => {
      metrics.observeBatch(batch);
      if (batch.appended > 0) push.signals.noteAppended();
    }),
    watermarks: createWatermarkAdvancer(database.writer, clock),
    audiences: noAudiences,
    bus: presence.bus ?? noBus,
    sessions: noSessions,
    devices: createDeviceParts({ db, clock, log }),
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
    origin: origin.get,
    push,
    jobs,
    clock,
    metrics,
    log,
  };
  return addPresence(services, presence);
}
