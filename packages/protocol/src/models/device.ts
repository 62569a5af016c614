/** A device: one installation of a client, the unit of sync, push and log-out. */
import { z } from "zod";
import { counter, timestamp } from "../scalars.ts";

export const deviceTypes = ["mobile", "web", "desktop", "tablet"] as const;
export const pushProviders = ["webpush", "fcm", "apns"] as const;

/** A device's own name for itself, chosen by the client and kept by it. */
export const deviceId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, { message: "must be 1 to 128 visible ASCII characters" });

export const pushResult = z
  .object({
    at: timestamp,
    result: z.enum(["sent", "failed", "dropped"]).describe("`dropped`: the provider said that the token is dead."),
    detail: z.string().nullable().describe("What the provider answered, if it did not take it."),
  })
  .meta({ id: "PushResult" });

export const userDevice = z
  .object({
    user_id: z.string(),
    device_id: z.string(),
    device_name: z.string(),
    device_type: z.enum(deviceTypes),
    platform: z.string(),
    app_version: z.string(),
    is_active: z.boolean().describe("False once it has been logged out."),
    last_active_at: timestamp,
    last_sync_at: timestamp.nullable(),
    last_message_seq: counter.nullable().describe("The highest sequence that it has received or read, of any room."),
    push_provider: z
      .enum(pushProviders)
      .nullable()
      .describe("Null if it has given no token. The token itself is never told."),
    last_push: pushResult.nullable(),
  })
  .meta({ id: "UserDevice" });

export type UserDevice = z.infer<typeof userDevice>;
export type DeviceType = (typeof deviceTypes)[number];
export type PushProvider = (typeof pushProviders)[number];
export type PushResult = z.infer<typeof pushResult>;
