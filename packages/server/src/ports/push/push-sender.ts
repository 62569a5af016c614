/** Notifications to devices, by way of the companies that can reach them. */
import type { PushProvider } from "@pipit/protocol/models/device";

export type PushTarget = { provider: PushProvider; token: string };

export type PushNotification = {
  type: "message" | "clear" | "test";
  /** A later notification of the same tag takes the place of an earlier one, on its way and on the device. */
  tag: string;
  /** The number on the app's icon. */
  badge: number;
  /** What is shown; without it the notification is silent. */
  alert?: { title?: string | undefined; body: string } | undefined;
  /** What goes along for the app. */
  data: Readonly<Record<string, string | number>>;
  /** How long the provider keeps it for a device that can't be reached. */
  ttlSeconds: number;
};

/**
 * `sent`: the provider took it, which is all that can be known. `dead`: nothing will ever reach this token. `failed`: it
 * was not taken; trying again may help or not. `detail` is the provider's word, at most 200 characters.
 */
export type PushOutcome =
  | { result: "sent" }
  | { result: "dead"; detail: string }
  | {
      result: "failed";
      isRetryable: boolean;
      /** Whether this server's settings for the provider seem to be wrong. */
      isOursToMend?: boolean;
      detail: string;
      retryAfterSeconds?: number | undefined;
    };

/** Sends to tokens of one provider. Never throws for what the token or the provider does, and ends within its timeout. */
export interface PushAdapter {
  send(token: string, notification: PushNotification): Promise<PushOutcome>;
  /** Of a token of a provider with many hosts: where it is sent to. */
  hostOf?(token: string): string;
  /** Lets go of connections. */
  close(): Promise<void>;
}

/**
 * Sends to the tokens of every provider that the server is set up for; to others it fails, for good. Few are on their
 * way at a time, and a test waits for tests only. What can't begin for long has failed, and may be tried again.
 */
export interface PushSender {
  readonly providers: readonly PushProvider[];
  send(target: PushTarget, notification: PushNotification): Promise<PushOutcome>;
  /**
   * The same for what may no longer be due when its turn has come.
   * @returns nothing if it was not. @throws what `isDue` throws
   */
  sendIf(
    isDue: () => Promise<boolean>,
    target: PushTarget,
    notification: PushNotification,
  ): Promise<PushOutcome | undefined>;
  close(): Promise<void>;
}
