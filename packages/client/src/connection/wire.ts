/** One connection to the server, from its opening to its end: what a socket of any kind must do for the SDK. */

import type { WireFailure } from "../errors.ts";

/** What an operation answers with, over both doors. */
export type Envelope = { success: boolean; data?: unknown; pagination?: unknown } & WireFailure;

export type WireOptions = {
  url: string;
  auth: { token: string; device_id?: string | undefined; in_focus?: boolean | undefined };
  onEvent(name: string, payload: unknown): void;
  /** Called once, when the wire ends by itself. */
  onEnd(): void;
};

export type Wire = {
  /** Emits an event and waits for its acknowledgement. Never rejects by itself: see `onEnd`. */
  ask(event: string, payload: unknown): Promise<Envelope>;
  /** Emits an event that nobody waits for; it may get lost. */
  tell(event: string, payload: unknown): void;
  close(): void;
};

/** Opens a wire. @throws {PipitError} what the server answered, or `network` */
export type OpenWire = (options: WireOptions, signal: AbortSignal) => Promise<Wire>;
