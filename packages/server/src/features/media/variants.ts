/** The closed set of sizes and forms that pictures are made in. */
import { AppError } from "../../app-error.ts";
import type { Variant } from "../../media/media-processor.ts";

const edges = [96, 160, 320, 640, 1280];
const largest = 1280;

/** Cloudflare's names for ways to fit, and ours. */
const fits: Record<string, Variant["fit"]> = {
  contain: "contain",
  "scale-down": "contain",
  inside: "contain",
  cover: "cover",
  crop: "cover",
};

const formats: Record<string, Variant["format"]> = { webp: "webp", auto: "webp", jpeg: "jpeg", jpg: "jpeg" };

/**
 * The variant that a query asks for, its sizes rounded up to those that are made; undefined if it asks for none.
 * @throws {AppError} `invalid_request`
 */
export function parseVariant(query: Record<string, string | undefined>): Variant | undefined {
  const { width, height, fit, format } = query;
  if ([width, height, fit, format].every((value) => value === undefined)) return undefined;
  // One edge alone speaks for both.
  return {
    width: toEdge("width", width ?? height),
    height: toEdge("height", height ?? width),
    fit: choose("fit", fits, fit, "contain"),
    format: choose("format", formats, format, "webp"),
  };
}

function toEdge(name: string, value: string | undefined): number {
  if (value === undefined) return largest;
  const pixels = /^[1-9]\d{0,5}$/.test(value) ? Number(value) : undefined;
  if (pixels === undefined) throw refusal(name, "must be a number of pixels");
  return edges.find((edge) => edge >= pixels) ?? largest;
}

function choose<Value>(name: string, table: Record<string, Value>, value: string | undefined, fallback: Value): Value {
  if (value === undefined) return fallback;
  const chosen = Object.hasOwn(table, value) ? table[value] : undefined;
  if (chosen === undefined) throw refusal(name, `must be one of: ${Object.keys(table).join(", ")}`);
  return chosen;
}

function refusal(path: string, message: string): AppError {
  return new AppError("invalid_request", { details: [{ path, message }] });
}
