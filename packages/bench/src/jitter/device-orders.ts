/** What a process of devices is told to do, and what it answers. */
import type { DeviceKind } from "./device.ts";
import type { CutTimes } from "./link.ts";
import type { Measured, SentMessage } from "./measure-replay.ts";

/** A device: whose it is, and which room it is about. */
export type DeviceSeat = { kind: DeviceKind; token: string; roomId: string };

export type DeviceOrders = {
  /** Opens devices and waits until all have brought everything. */
  open: { input: { url: string; seats: DeviceSeat[]; atOnce: number }; output: null };
  /** Begins to cut each device's link. */
  cut: { input: CutTimes & { seed: number }; output: null };
  /** Ends the cutting and waits, so long at most, until every device has what was sent to its room. */
  finish: { input: { sent: Record<string, SentMessage[]>; withinMs: number }; output: DeviceReport };
  /** Closes all devices. */
  close: { input: null; output: null };
};

/** What the devices of each kind measured, together. */
export type DeviceReport = {
  measured: { kind: DeviceKind; devices: number; sum: Measured }[];
  /** How busy the process was from the first cut to the last, 0 to 1. */
  load: number;
  /** Processor that it used from the first cut until everything was there. */
  processorSeconds: number;
  /** How long it took at the end until everything was there. */
  settledMs: number;
};

export type DeviceOrderName = keyof DeviceOrders;
export type DeviceOrder = {
  [Name in DeviceOrderName]: { name: Name; input: DeviceOrders[Name]["input"] };
}[DeviceOrderName];
export type DeviceAnswer = { output: DeviceOrders[DeviceOrderName]["output"] } | { error: string };
