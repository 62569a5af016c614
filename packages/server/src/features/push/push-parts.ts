/** What the server's notifications are made with. */
import type { PushSender } from "../../ports/push/push-sender.ts";
import type { Turns } from "./take-turns.ts";

export type PushParts = {
  sender: PushSender;
  /** What browsers subscribe with. */
  vapidPublicKey: string;
  /** Whether notifications say who wrote what, and where. */
  withPreview: boolean;
  /** What they say otherwise. */
  plainText: string;
  /** Rooms whose notifications are being seen to, on this node. */
  turns: Turns;
  /** Users for whom this node sends a test at the moment. */
  testing: Set<string>;
  signals: PushSignals;
};

/** What other features tell of. Each is a hint that makes it faster: jobs find by themselves what was not told. */
export type PushSignals = {
  /** Messages have committed. */
  noteAppended(): void;
  /** A user has read on in a room. */
  noteRead(read: { roomId: string; userId: string }): void;
  close(): Promise<void>;
};
