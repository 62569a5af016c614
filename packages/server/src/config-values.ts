/** What values of settings look like, and what they become. */
import { mediaTypes, toMediaType } from "@pipit/protocol/media-types";
import { z } from "zod";
import { serviceAccountSchema } from "./ports/push/fcm-sender.ts";

export const list = z.string().transform((value) =>
  value
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ""),
);
export const toggle = z.enum(["on", "off"]).transform((value) => value === "on");
export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, { message: "must be a whole number" })
    .transform(Number)
    .pipe(z.number().min(min).max(max));
export const base64url = (length: number) =>
  z.string().refine((value) => /^[\w-]+$/.test(value) && Buffer.from(value, "base64url").length === length, {
    message: `must be ${length} bytes in base64url`,
  });
export const claim = z.string().regex(/^[\w:./-]{1,128}$/, { message: "must be a claim's name" });
export const longSecret = z.string().min(32, { message: "must have at least 32 characters" });

/** `points/seconds`, or `off`. */
export const rate = z
  .string()
  .regex(/^([1-9]\d{0,6}\/[1-9]\d{0,4}|off)$/, { message: "must be like 300/10 (requests/seconds), or off" })
  .transform((value) => {
    if (value === "off") return null;
    const [points = "1", seconds = "1"] = value.split("/");
    return { points: Number(points), seconds: Number(seconds) };
  });

const units = { "": 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** A number of bytes, which may be given as `100MB`. */
export const bytes = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,16}(KB|MB|GB|TB)?$/, { message: "must be a number of bytes, like 104857600 or 100MB" })
    .transform((value) => {
      const [, amount = "", unit = ""] = /^(\d+)(.*)$/.exec(value) ?? [];
      return Number(amount) * units[unit as keyof typeof units];
    })
    .pipe(z.number().min(min).max(max));

export const quota = z.union([z.literal("off").transform(() => null), bytes(1, Number.MAX_SAFE_INTEGER)]);

export const knownMediaTypes = list.superRefine((names, issues) => {
  for (const name of names.filter((entry) => toMediaType(entry) === undefined)) {
    issues.addIssue({ code: "custom", message: `${name} is none of: ${Object.keys(mediaTypes).join(", ")}` });
  }
});

/** An address that a function of ours must be able to read. */
export const readable = (read: (url: string) => unknown) =>
  z.string().superRefine((value, issues) => {
    try {
      read(value);
    } catch (error) {
      issues.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
    }
  });

/** The key file of a Google service account. */
export const serviceAccount = z.string().transform((value, issues) => {
  try {
    return serviceAccountSchema.parse(JSON.parse(value));
  } catch {
    // What is wrong with a key is not for a log.
    issues.addIssue({ code: "custom", message: "must be the JSON of a service account's key file" });
    return z.NEVER;
  }
});

/** The address of a server, without a path. */
export const origin = z.url({ protocol: /^https?$/ }).transform((value) => new URL(value).origin);
