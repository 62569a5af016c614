/** The SDK: a client of one user on one device. */
import type { EventName, Payload } from "@pipit/protocol/events";
import type { AccountSettings } from "@pipit/protocol/models/account";
import type { Presence } from "@pipit/protocol/models/presence";
import type { Room } from "@pipit/protocol/models/room";
import type { Api } from "./api.ts";
import type { ConnectionState } from "./connection/connection.ts";
import type { Download } from "./connection/download.ts";
// Before all else that runs: what compresses the bundle looks back over some 32 kB, in which the SDK's own code, that is much
// alike, stands together only when Socket.IO's is not in its middle (1 % of the whole).
import { openSocketWire } from "./connection/socket-wire.ts";
import type { TokenProvider } from "./connection/token-source.ts";
import type { OpenWire } from "./connection/wire.ts";
import type { Environment } from "./environment.ts";
import { LiveClient } from "./live-client.ts";
import type { UploadSource } from "./media/source.ts";
import type { UploadOptions, UploadSnapshot, UploadTask } from "./media/upload-task.ts";
import type { OutboxItem } from "./outbox/outbox-item.ts";
import type { RoomHandle } from "./room-handle.ts";
import type { Query } from "./state/query.ts";
import type { ClientStore } from "./store/store.ts";
import type { SyncOptions } from "./sync/sync-engine.ts";

export type { Api } from "./api.ts";
export { PipitError, type PipitErrorCode } from "./errors.ts";
export type { PreferenceChanges } from "./outbox/outbox-item.ts";
export type { Typist } from "./presence.ts";
export type { NewMessage } from "./room-handle.ts";
export type { Delivery, MessageItem, MessageWindow } from "./state/view-messages.ts";
export type {
  ClientStore,
  ConnectionState,
  OutboxItem,
  Query,
  RoomHandle,
  UploadOptions,
  UploadSnapshot,
  UploadSource,
  UploadTask,
};

/** This installation, as the user finds it in the list of their devices. */
export type DeviceOptions = {
  /** Without one, the SDK makes one and keeps it in the store. */
  id?: string | undefined;
  name?: string | undefined;
  type?: "mobile" | "web" | "desktop" | "tablet" | undefined;
  platform?: string | undefined;
  appVersion?: string | undefined;
  /** Where notifications go: a token of FCM or APNs, or a browser's PushSubscription as JSON. Null takes it away. */
  pushToken?: string | null | undefined;
};

export type ClientOptions = {
  /** Where the server is: `https://chat.example.com`. */
  url: string;
  /** Where its operations are, if not at `/api/v1/chat`. */
  apiPath?: string | undefined;
  /** A token of the user. One that ends needs a provider to follow it. */
  token?: string | undefined;
  /** Fetches a token from the app's own server; called again before a token ends, and when one is refused. */
  tokenProvider?: TokenProvider | undefined;
  device?: DeviceOptions | undefined;
  /** What is kept. Without one, nothing outlives the client. */
  store?: ClientStore | undefined;
  /** The name under which other tabs have the same store; only one of them tells the server what waits. */
  storeName?: string | undefined;
  sync?: Partial<SyncOptions> | undefined;
  /** Told of what went wrong behind the scenes; without it, it goes to the console. */
  onError?: ((error: unknown) => void) | undefined;
  /** Other than the place that the code runs in: for tests and unusual places. */
  environment?: Partial<Environment> | undefined;
  openWire?: OpenWire | undefined;
};

export type PipitClient = {
  /** Reads the store and begins to connect. Resolves when what the store has can be shown. */
  start(): Promise<void>;
  /** Ends the connection, and resolves when all that is known is in the store. */
  close(): Promise<void>;
  /** Logs this device out at the server if it can be reached, and deletes everything here. */
  logOut(): Promise<void>;
  /** Gives a token in place of one that was refused or is about to end. */
  setToken(token: string): void;
  readonly connection: Query<ConnectionState>;
  /** Whether all that was missed has been brought since the last connecting. */
  readonly isSynced: Query<boolean>;
  /** The user's id, once known. */
  readonly userId: Query<string | undefined>;
  /** This device's id, once `start` has resolved. */
  readonly deviceId: string | undefined;
  /** The user's rooms: pinned ones first, then by their newest message. */
  readonly rooms: Query<readonly Room[]>;
  room(roomId: string): RoomHandle;
  readonly settings: Query<AccountSettings | undefined>;
  presence(userId: string): Query<Presence | undefined>;
  readonly outbox: {
    readonly items: Query<readonly OutboxItem[]>;
    retry(key: string): Promise<void>;
    discard(key: string): Promise<void>;
    /** How far the file of a message is; undefined when nothing goes on. */
    upload(key: string): Query<UploadSnapshot | undefined>;
    pauseUpload(key: string): void;
    resumeUpload(key: string): void;
  };
  /** Uploads a file that no message carries yet. */
  upload(source: UploadSource, options?: UploadOptions): UploadTask;
  /** Gets the bytes of a medium with the user's token; `@pipit/client/media-files` keeps and shares them. */
  readonly download: Download;
  /** Every operation of the server as a method. */
  readonly api: Api;
  /** Calls on each event of a name. @returns a function that ends it */
  on<Name extends EventName>(name: Name, listener: (payload: Payload<Name>) => void): () => void;
};

/** Makes a client; nothing happens before `start`. */
export function createClient(options: ClientOptions): PipitClient {
  return new LiveClient({ ...options, openWire: options.openWire ?? openSocketWire });
}
