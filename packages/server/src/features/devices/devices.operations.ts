/** Devices: what a user may ask of their own. */
import type { Handlers } from "../../context.ts";
import { listDevices, syncDevices } from "./list-devices.ts";
import { logOutDevice } from "./log-out-device.ts";
import { registerDevice } from "./register-device.ts";

export const deviceHandlers = {
  "devices.register": registerDevice,
  "devices.list": listDevices,
  "devices.logout": logOutDevice,
  "devices.sync": syncDevices,
} satisfies Partial<Handlers>;
