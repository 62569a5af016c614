/** The table of settings: the environment variable of each, what it means, its default and what it accepts. */
import { mediaTypes } from "@pipit/protocol/media-types";
import { z } from "zod";
import {
  base64url,
  bytes,
  claim,
  knownMediaTypes,
  list,
  longSecret,
  origin,
  quota,
  rate,
  readable,
  serviceAccount,
  toggle,
  wholeNumber,
} from "./config-values.ts";
import { parseMediaUrl } from "./ports/media-store/media-url.ts";
import { parseClamdUrl } from "./ports/virus-scanner/clamd-url.ts";

type Setting<Schema extends z.ZodType = z.ZodType> = { env: string; about: string; schema: Schema; secret?: boolean };

function setting<Schema extends z.ZodType>(
  env: string,
  about: string,
  schema: Schema,
  secret = false,
): Setting<Schema> {
  return { env, about, schema, secret };
}

export const settings = {
  port: setting("PORT", "The port to listen on.", wholeNumber(0, 65_535).default(3000)),
  host: setting("HOST", "The address to listen on; without it, all of them.", z.string().min(1).optional()),
  dataDir: setting(
    "PIPIT_DATA_DIR",
    "Where the embedded PostgreSQL and the server's own secrets are kept.",
    z.string().min(1).default("./data"),
  ),
  databaseUrl: setting(
    "DATABASE_URL",
    "A PostgreSQL of 15 or newer to use instead of the embedded one.",
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, { message: "must begin with postgresql://" })
      .optional(),
    true,
  ),
  redisUrl: setting(
    "REDIS_URL",
    "A Redis of 7 or newer, by which several nodes on one database work as one.",
    z
      .string()
      .regex(/^rediss?:\/\//, { message: "must begin with redis:// or rediss://" })
      .optional(),
    true,
  ),
  databasePoolSize: setting("PIPIT_DATABASE_POOL", "Connections to PostgreSQL.", wholeNumber(2, 100).default(10)),
  migrate: setting("PIPIT_MIGRATE", "Bring the database up to date at start.", toggle.default(true)),
  publicUrl: setting(
    "PUBLIC_URL",
    "The address that browsers reach the server by.",
    z.url({ protocol: /^https?$/ }).optional(),
  ),
  allowedOrigins: setting(
    "PIPIT_ALLOWED_ORIGINS",
    "Other web origins whose pages may call the server, separated by commas; * allows all.",
    list.default([]),
  ),
  trustProxy: setting(
    "PIPIT_TRUST_PROXY",
    "Take the client's address from X-Forwarded-For; only behind a proxy that sets it.",
    toggle.default(false),
  ),
  jwtSecret: setting(
    "PIPIT_JWT_SECRET",
    "The secret that the host product signs its tokens with (HS256, HS384 or HS512); made and kept when not given.",
    longSecret.optional(),
    true,
  ),
  jwksUrl: setting(
    "PIPIT_JWKS_URL",
    "Where the host product publishes its public keys (RS, PS, ES or EdDSA).",
    z.url({ protocol: /^https?$/ }).optional(),
  ),
  jwtAudience: setting(
    "PIPIT_JWT_AUDIENCE",
    "The audience that tokens must name. Without it, a token that names one must name pipit.",
    z.string().min(1).optional(),
  ),
  jwtIssuer: setting(
    "PIPIT_JWT_ISSUER",
    "The issuer that the host product's tokens must name.",
    z.string().min(1).optional(),
  ),
  jwtClaimUser: setting("PIPIT_JWT_CLAIM_USER", "The claim with the user's id.", claim.default("sub")),
  jwtClaimTenant: setting("PIPIT_JWT_CLAIM_TENANT", "The claim with the tenant's id.", claim.default("tenant")),
  jwtClaimRole: setting("PIPIT_JWT_CLAIM_ROLE", "The claim with the user's role.", claim.default("role")),
  jwtClaimName: setting("PIPIT_JWT_CLAIM_NAME", "The claim with the user's name.", claim.default("name")),
  adminKey: setting(
    "PIPIT_ADMIN_KEY",
    "The key of server-to-server calls; made and kept when not given.",
    longSecret.regex(/^[\x21-\x7e]+$/, { message: "must be of visible ASCII characters" }).optional(),
    true,
  ),
  accounts: setting("PIPIT_ACCOUNTS", "Offer stand-alone accounts under /api/auth.", toggle.default(true)),
  rateLimits: setting("PIPIT_RATE_LIMITS", "Limit how often a user may call.", toggle.default(true)),
  rateRead: setting(
    "PIPIT_RATE_READ",
    "Reads of a user (requests/seconds).",
    rate.default({ points: 1200, seconds: 10 }),
  ),
  rateWrite: setting(
    "PIPIT_RATE_WRITE",
    "Other writes of a user (requests/seconds).",
    rate.default({ points: 300, seconds: 10 }),
  ),
  rateSend: setting(
    "PIPIT_RATE_SEND",
    "Messages of a user (requests/seconds).",
    rate.default({ points: 300, seconds: 10 }),
  ),
  rateReceipt: setting(
    "PIPIT_RATE_RECEIPT",
    "Receipts of a user (requests/seconds).",
    rate.default({ points: 1200, seconds: 10 }),
  ),
  ratePresence: setting(
    "PIPIT_RATE_PRESENCE",
    "Words of a user on who is there and who is writing (requests/seconds).",
    rate.default({ points: 300, seconds: 10 }),
  ),
  rateService: setting(
    "PIPIT_RATE_SERVICE",
    "Calls with the admin key (requests/seconds).",
    rate.default({ points: 10_000, seconds: 10 }),
  ),
  rateFailure: setting(
    "PIPIT_RATE_FAILURE",
    "Calls with a bad token from one address (requests/seconds).",
    rate.default({ points: 300, seconds: 60 }),
  ),
  maxForwardTargets: setting(
    "PIPIT_MAX_FORWARD_TARGETS",
    "Rooms that a message is forwarded to at a time.",
    wholeNumber(1, 100).default(5),
  ),
  maxGroupMembers: setting("PIPIT_MAX_GROUP_MEMBERS", "Members of a room.", wholeNumber(2, 10_000).default(1024)),
  editWindowSeconds: setting(
    "PIPIT_EDIT_WINDOW",
    "How long a message may be edited, in seconds.",
    wholeNumber(0, 31_536_000).default(900),
  ),
  deleteWindowSeconds: setting(
    "PIPIT_DELETE_WINDOW",
    "How long its sender may delete a message for everyone, in seconds.",
    wholeNumber(0, 315_360_000).default(216_000),
  ),
  retentionDays: setting(
    "PIPIT_RETENTION_DAYS",
    "Days after which messages are removed from everyone, leaving tombstones; without it, they are kept.",
    wholeNumber(1, 36_500).optional(),
  ),
  mediaUrl: setting(
    "MEDIA_URL",
    "Where media is kept: file:/a/folder, or s3://bucket?endpoint=https://…&region=… (style=path or virtual). Without it, the data directory's media folder.",
    readable(parseMediaUrl).optional(),
  ),
  s3AccessKeyId: setting("S3_ACCESS_KEY_ID", "The key's id for the bucket of MEDIA_URL.", z.string().min(1).optional()),
  s3SecretAccessKey: setting(
    "S3_SECRET_ACCESS_KEY",
    "The key for the bucket of MEDIA_URL.",
    z.string().min(1).optional(),
    true,
  ),
  mediaDelivery: setting(
    "PIPIT_MEDIA_DELIVERY",
    "How media of a bucket is downloaded: proxy (through the server) or redirect (to a short-lived address of the bucket).",
    z.enum(["proxy", "redirect"]).default("proxy"),
  ),
  cloudflareImages: setting(
    "CLOUDFLARE_IMAGES",
    "Let Cloudflare make thumbnails: their addresses are under /cdn-cgi/image/ of PUBLIC_URL.",
    toggle.default(false),
  ),
  mediaUrlSeconds: setting(
    "PIPIT_MEDIA_URL_SECONDS",
    "How long an address that works without a token does, in seconds: long enough to see a film to its end.",
    wholeNumber(10, 86_400).default(3_600),
  ),
  mediaTypes: setting(
    "PIPIT_MEDIA_TYPES",
    "The media types that are accepted, separated by commas; without it, all that Pipit knows.",
    knownMediaTypes.default(Object.keys(mediaTypes)),
  ),
  maxUploadBytes: setting(
    "PIPIT_MAX_UPLOAD",
    "Bytes of an upload (or 100MB, 2GB…).",
    bytes(1, 5 * 1024 ** 4).default(100 * 1024 ** 2),
  ),
  quotaUserBytes: setting(
    "PIPIT_MEDIA_QUOTA_USER",
    "Bytes of media that a user may keep, or off.",
    quota.default(50 * 1024 ** 3),
  ),
  quotaTenantBytes: setting(
    "PIPIT_MEDIA_QUOTA_TENANT",
    "Bytes of media that a tenant may keep, or off.",
    quota.default(1024 ** 4),
  ),
  clamdUrl: setting(
    "CLAMD_URL",
    "A clamd that media is scanned by: tcp://host:port or unix:/path. What it finds infected is removed.",
    readable(parseClamdUrl).optional(),
  ),
  vapidPublicKey: setting(
    "VAPID_PUBLIC_KEY",
    "The public key of Web Push (base64url, 65 bytes); made and kept in the database when not given.",
    base64url(65).optional(),
  ),
  vapidPrivateKey: setting(
    "VAPID_PRIVATE_KEY",
    "The private key that goes with it (base64url, 32 bytes).",
    base64url(32).optional(),
    true,
  ),
  vapidSubject: setting(
    "VAPID_SUBJECT",
    "Whom push services write to about this server: mailto:… or https://…. Without it, PUBLIC_URL.",
    z
      .string()
      .regex(/^(mailto:.+@|https:\/\/).+/, { message: "must begin with mailto: or https://" })
      .optional(),
  ),
  fcmServiceAccount: setting(
    "FCM_SERVICE_ACCOUNT",
    "The JSON of a Google service account's key file, for notifications through Firebase.",
    serviceAccount.optional(),
    true,
  ),
  fcmUrl: setting("FCM_URL", "Where Firebase is reached.", origin.default("https://fcm.googleapis.com")),
  apnsKey: setting("APNS_KEY", "The .p8 key for Apple's notifications.", z.string().min(1).optional(), true),
  apnsKeyId: setting("APNS_KEY_ID", "The key's id.", z.string().min(1).optional()),
  apnsTeamId: setting("APNS_TEAM_ID", "The id of the team at Apple.", z.string().min(1).optional()),
  apnsTopic: setting("APNS_TOPIC", "The app's bundle id.", z.string().min(1).optional()),
  apnsHost: setting(
    "APNS_HOST",
    "Where Apple is reached; its sandbox is https://api.sandbox.push.apple.com.",
    origin.default("https://api.push.apple.com"),
  ),
  pushPreview: setting(
    "PIPIT_PUSH_PREVIEW",
    "Let notifications say who wrote, where, and the first 100 characters: Google, Apple and lock screens see them.",
    toggle.default(false),
  ),
  pushText: setting(
    "PIPIT_PUSH_TEXT",
    "What a notification says without a preview.",
    z.string().min(1).max(100).default("New message"),
  ),
  pushLoopback: setting(
    "PIPIT_PUSH_LOOPBACK",
    "Let Web Push go to this machine itself, also without TLS; for tests.",
    toggle.default(false),
  ),
  searchPath: setting(
    "PATH",
    "Where ffmpeg and ffprobe are looked for, without which videos and audio are not measured.",
    z.string().min(1).default("/usr/local/bin:/usr/bin:/bin"),
  ),
  maxBodyBytes: setting("PIPIT_MAX_BODY", "Bytes of a request's body.", wholeNumber(1024, 16_777_216).default(262_144)),
  maxFrameBytes: setting("PIPIT_MAX_FRAME", "Bytes of a socket frame.", wholeNumber(1024, 16_777_216).default(262_144)),
  maxBufferedBytes: setting(
    "PIPIT_MAX_BUFFERED",
    "Bytes that may wait for a slow socket before it is cut.",
    wholeNumber(65_536, 1_073_741_824).default(1_048_576),
  ),
  maxDevicesOnline: setting(
    "PIPIT_MAX_SOCKETS_PER_USER",
    "Sockets that a user may have open.",
    wholeNumber(1, 10_000).default(50),
  ),
  maxDevices: setting(
    "PIPIT_MAX_DEVICES",
    "Devices of a user that are logged in; beyond it, the one that was active longest ago is logged out.",
    wholeNumber(1, 100).default(50),
  ),
  deviceIdleDays: setting(
    "PIPIT_DEVICE_IDLE_DAYS",
    "Days after which a device that nobody used is logged out.",
    wholeNumber(1, 3_650).default(90),
  ),
  web: setting(
    "PIPIT_WEB",
    "The folder of the built web client that is served at /, or off. Without it, packages/web/dist, if that is there.",
    z.string().min(1).optional(),
  ),
  demo: setting(
    "PIPIT_DEMO",
    "Serve a demo that anybody may enter as anyone, with data of its own in the folder demo of PIPIT_DATA_DIR.",
    toggle.default(false),
  ),
  drainSeconds: setting(
    "PIPIT_DRAIN",
    "Seconds within which sockets are told to come back elsewhere when the server stops.",
    wholeNumber(0, 600).default(5),
  ),
  logLevel: setting(
    "LOG_LEVEL",
    "How much is logged.",
    z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  ),
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

/** docs/configuration.md, made from the table. */
export function renderConfigTable(): string {
  const rows = Object.values(settings).map(
    (entry) => `| \`${entry.env}\` | ${entry.about.replaceAll("|", "\\|")} | ${renderDefault(entry.schema)} |`,
  );
  return [
    "# Configuration",
    "",
    "Made from `packages/server/src/config-table.ts` by `npm run generate`. Each variable may also be given as",
    "`NAME_FILE`, the path of a file that holds the value. All of them are checked at start, and every problem is listed.",
    "",
    "| variable | meaning | default |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

/** The default as one would write it into the environment. */
export function renderDefault(schema: z.ZodType): string {
  if (!(schema instanceof z.ZodDefault)) return "";
  const value: unknown = schema.def.defaultValue;
  if (value === true) return "`on`";
  if (value === false) return "`off`";
  if (Array.isArray(value)) return "";
  if (typeof value === "object" && value !== null && "points" in value && "seconds" in value) {
    return `\`${value.points}/${value.seconds}\``;
  }
  return `\`${String(value)}\``;
}
