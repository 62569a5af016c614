/** Operations on the caller's devices, and on what reaches them while they are away. */
import { z } from "zod";
import { deviceId, deviceTypes, pushProviders, pushResult, userDevice } from "../models/device.ts";
import { operation } from "../operation.ts";
import { text } from "../scalars.ts";

const error = "device:error";

export const deviceOperations = {
  "devices.register": operation({
    summary: "Say what a device is. Doing so again replaces it, but for a push token that is not given again.",
    access: "user",
    limit: "write",
    input: z.object({
      device_id: deviceId,
      device_name: text(1, 100),
      device_type: z.enum(deviceTypes),
      platform: text(1, 50),
      app_version: text(1, 50),
      push_token: text(1, 4096)
        .nullish()
        .describe("FCM's or APNs's token, or a browser's PushSubscription as JSON. Null takes it away."),
      push_provider: z
        .enum(pushProviders)
        .optional()
        .describe("Whose the token is. When not given: webpush for JSON, apns for the platform ios, else fcm."),
    }),
    output: userDevice,
    rest: { method: "POST", path: "/devices/register" },
    socket: { event: "device:register", reply: "device:registered", error },
    errors: ["conflict"],
  }),
  "devices.list": operation({
    summary: "The caller's devices, the last active first.",
    access: "user",
    limit: "read",
    input: z.object({}),
    output: z.array(userDevice),
    rest: { method: "GET", path: "/devices" },
    socket: { event: "device:list", reply: "device:list:response", error },
    errors: [],
  }),
  "devices.logout": operation({
    summary: "Log a device of the caller's out: its sockets close, and tokens issued before no longer serve it.",
    access: "user",
    limit: "write",
    input: z.object({ device_id: deviceId }),
    output: z.object({ device_id: z.string() }),
    rest: { method: "POST", path: "/devices/:device_id/logout" },
    socket: { event: "device:logout", reply: "device:logged-out", error },
    errors: ["not_found"],
  }),
  "devices.sync": operation({
    summary: "The caller's devices, and the one that asks.",
    access: "user",
    limit: "read",
    input: z.object({ device_id: deviceId.optional() }),
    output: z.object({ devices: z.array(userDevice), current_device: userDevice.nullable() }),
    socket: { event: "device:sync", reply: "device:synced", error: "sync:error" },
    errors: [],
  }),
  "devices.testPush": operation({
    summary: "Send a notification to a device of the caller's, and say what became of it.",
    access: "user",
    limit: "write",
    input: z.object({ device_id: deviceId }),
    output: pushResult,
    rest: { method: "POST", path: "/devices/:device_id/test-push" },
    errors: ["not_found", "conflict"],
  }),
  "push.config": operation({
    summary: "What a client needs to ask for notifications.",
    access: "user",
    limit: "read",
    input: z.object({}),
    output: z.object({
      vapid_public_key: z.string().describe("For PushManager.subscribe, as applicationServerKey."),
      providers: z.array(z.enum(pushProviders)).describe("Those that this server is set up for."),
    }),
    rest: { method: "GET", path: "/push/config" },
    errors: [],
  }),
};
