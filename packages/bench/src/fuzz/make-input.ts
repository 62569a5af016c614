/** Makes inputs that an operation may accept, out of its schema and of what is there to be named. */
import type { Operation } from "@pipit/protocol/operation";
import type { Random } from "../random.ts";
import type { Fields } from "./json-text.ts";
import { makeText } from "./wild-values.ts";

/** By the name of a field, values that mean something to the server now. */
export type Pools = Map<string, unknown[]>;

/** What is read of a schema; every schema of zod has it. */
type Schema = {
  def: {
    type: string;
    innerType?: Schema;
    element?: Schema;
    options?: readonly Schema[];
    shape?: Record<string, Schema>;
    entries?: Record<string, unknown>;
    values?: readonly unknown[];
  };
};

const optionalShare = 0.35;
const maxItems = 3;
const anyNumberUpTo = 40;

/** What lists of ids are called, and whose ids are in them. */
const singular: Record<string, string> = {
  member_ids: "user_id",
  user_ids: "user_id",
  mentions: "user_id",
  room_ids: "room_id",
  target_room_ids: "room_id",
  invite_code: "code",
  uploadId: "upload_id",
};

const samples: Record<string, readonly unknown[]> = {
  emoji: ["👍", "❤", "🏳️‍🌈", "😀"],
  message_type: ["text", "text", "file", "image"],
  fileName: ["note.txt", "dot.png", "a b.txt"],
  fileType: ["text/plain", "image/png", "application/pdf", "video/mp4"],
  fileSize: [12, 113, 1_000],
  device_id: ["phone", "old", "tablet"],
  platform: ["android", "ios", "web"],
  app_version: ["1.0"],
  emails: ["ada@example.com"],
  phones: ["+49 30 1234567"],
  avatar_url: ["https://example.com/a.png"],
  muted_until: ["2999-01-01T00:00:00.000Z"],
  expires_at: ["2999-01-01T00:00:00.000Z"],
  since_timestamp: ["2026-01-01T00:00:00.000Z"],
  latitude: [52.5, -90, 0],
  longitude: [13.4, 180, -180],
  option_ids: [1, 2],
  limit: [1, 2, 50, 100],
  page: [1, 2],
  max_uses: [1, 3],
  slow_mode_seconds: [0, 0, 1],
  // Not so often that rooms lose what they hold.
  disappearing_seconds: [0, 0, 0, 86_400],
  duration: ["24h", "7d", 1.5],
  expires_in: [60, 900],
  q: ["fuzz", "owner", "a"],
};

export function makeInput(random: Random, operation: Operation, pools: Pools): Fields {
  return makeObject(random, operation.input as unknown as Schema, pools);
}

function makeObject(random: Random, schema: Schema, pools: Pools): Fields {
  const made: Fields = {};
  for (const [name, field] of Object.entries(schema.def.shape ?? {})) {
    if (isOptional(field) && random.next() > optionalShare) continue;
    made[name] = makeValue(random, field, name, pools);
  }
  return made;
}

function isOptional({ def }: Schema): boolean {
  return def.type === "optional" || def.type === "default" || (def.type === "nullable" && isOptionalInner(def));
}

function isOptionalInner(def: Schema["def"]): boolean {
  return def.innerType !== undefined && isOptional(def.innerType);
}

function makeValue(random: Random, schema: Schema, name: string, pools: Pools): unknown {
  const { def } = schema;
  if (def.innerType) return def.type === "nullable" && random.next() < 0.1 ? null : makeInner(random, def, name, pools);
  if (def.shape) return makeObject(random, schema, pools);
  if (def.element) return makeList(random, def.element, name, pools);
  if (def.options) return makeValue(random, random.pick(def.options), name, pools);
  if (def.entries) return random.pick(Object.values(def.entries));
  if (def.values) return random.pick(def.values);
  if (def.type === "boolean") return random.next() < 0.5;
  return makeScalar(random, def.type, name, pools);
}

function makeInner(random: Random, { innerType }: Schema["def"], name: string, pools: Pools): unknown {
  return innerType ? makeValue(random, innerType, name, pools) : null;
}

function makeList(random: Random, element: Schema, name: string, pools: Pools): unknown[] {
  const length = random.between(1, maxItems);
  return Array.from({ length }, () => makeValue(random, element, name, pools));
}

function makeScalar(random: Random, type: string, name: string, pools: Pools): unknown {
  const pool = pools.get(singular[name] ?? name) ?? samples[name];
  if (pool && pool.length > 0) return random.pick(pool);
  if (type === "number") return random.between(0, anyNumberUpTo);
  return `${name} ${makeText(random, 8).replaceAll(/[^ -~]/g, "é")}`;
}
