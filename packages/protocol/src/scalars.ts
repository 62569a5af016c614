/** The small schemas that models and operations are made of. */
import { z } from "zod";

/**
 * Text of at least `min` and at most `max` characters (Unicode code points, as JSON Schema counts them),
 * not blank when `min` is 1 or more.
 */
export function text(min: number, max: number) {
  return z
    .string()
    .refine((value) => isWithin(value, min, max), { message: `must have ${min} to ${max} characters` })
    .refine((value) => min === 0 || value.trim() !== "", { message: "must not be blank" })
    .meta({ minLength: min, maxLength: max });
}

function isWithin(value: string, min: number, max: number): boolean {
  if (value.length < min || value.length > max * 2) return false;
  return value.length <= max || [...value].length <= max;
}

/** An id that the server made: opaque to clients. */
export const id = z.string().min(1).max(64);

/** A user's id, as the host product gave it. */
export const userId = z
  .string()
  .regex(/^[\w.@:+|~=-]{1,128}$/, { message: "must be 1 to 128 of A-Z a-z 0-9 _ . @ : + | ~ = -" });

/** A tenant's id, from a claim of the host product's tokens. */
export const tenantId = z.string().regex(/^[\w.-]{1,64}$/, { message: "must be 1 to 64 of A-Z a-z 0-9 _ . -" });

/** An ISO-8601 moment in UTC. */
export const timestamp = z.iso.datetime();

/** A place in a room, or a count of changes. */
export const counter = z.int().min(0);

/** How many entries a list may bring at most. */
export const pageLimit = z.int().min(1).max(100).default(50);

/** Where the next page of a list begins: opaque, taken from `pagination.next_cursor`. */
export const cursor = z.string().min(1).max(1024);

const emojiPattern = /^\p{RGI_Emoji}$/v;

/** One emoji, as Unicode recommends it for general interchange; where its presentation selector is missing, it is added. */
export const emoji = z
  .string()
  .max(64)
  .overwrite((value) => (emojiPattern.test(`${value}\uFE0F`) ? `${value}\uFE0F` : value))
  .refine((value) => emojiPattern.test(value), { message: "must be one emoji" })
  .meta({ maxLength: 64 });

/** An http(s) address of a picture. */
export const pictureUrl = z.url({ protocol: /^https?$/ }).max(2048);

/** A page by number, for lists that may be read so as well; beside `cursor` it counts for nothing. */
export const pageNumber = z.int().min(1).max(10_000);

export const pagination = z
  .object({
    next_cursor: z.string().nullable(),
    has_more: z.boolean(),
    page: z.int().optional().describe("With `limit` and `total`: of lists that can be read by page numbers."),
    limit: z.int().optional(),
    total: counter.optional(),
  })
  .meta({ id: "Pagination" });

export type Pagination = z.infer<typeof pagination>;
