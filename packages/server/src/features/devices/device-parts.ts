/** What a server keeps in memory of devices: which are logged out, and what they have done lately. */
import type { Services } from "../../context.ts";
import { createDeviceActivity, type DeviceActivity } from "./device-activity.ts";
import { createDeviceGate, type DeviceGate } from "./device-gate.ts";

export type DeviceParts = { gate: DeviceGate; activity: DeviceActivity };

export function createDeviceParts(parts: Pick<Services, "db" | "clock" | "log">): DeviceParts {
  return { gate: createDeviceGate(parts), activity: createDeviceActivity(parts) };
}
