/** A device of the run: a client of some kind, behind a link that is cut. */
import type { DeviceLog } from "./device-log.ts";
import type { Link } from "./link.ts";

/** `sdk`: the project's own. `light`: Socket.IO's, with the least that the contract asks for. `plain`: Socket.IO's alone. */
export type DeviceKind = "sdk" | "light" | "plain";

export type DeviceOptions = { url: string; token: string; roomId: string };

export type Device = {
  readonly log: DeviceLog;
  readonly link: Link;
  /** Has another look at what is there, where that is not seen as it comes. */
  look(): void;
  /** Whether it is connected, and is not bringing what it missed. */
  isSettled(): boolean;
  close(): Promise<void>;
};
