/** The client's parts, put together, and its life from start to end. */
import type { EventName, Payload } from "@pipit/protocol/events";
import type { AccountSettings } from "@pipit/protocol/models/account";
import type { Presence } from "@pipit/protocol/models/presence";
import type { Room } from "@pipit/protocol/models/room";
import type { OperationName } from "@pipit/protocol/operations";
import { type Api, createApi } from "./api.ts";
import type { ClientOptions, PipitClient } from "./client.ts";
import { type Call, createCall } from "./connection/caller.ts";
import { Connection, type ConnectionState } from "./connection/connection.ts";
import { createDownload, type Download } from "./connection/download.ts";
import { createTokenSource, type TokenSource } from "./connection/token-source.ts";
import type { OpenWire } from "./connection/wire.ts";
import { type Environment, findEnvironment } from "./environment.ts";
import { toPipitError } from "./errors.ts";
import { toCacheName } from "./media/kept-files.ts";
import { createOutboxUploads, type OutboxUploads, uploadTopic } from "./media/outbox-uploads.ts";
import type { UploadSource } from "./media/source.ts";
import { startUpload } from "./media/start-upload.ts";
import type { UploadOptions, UploadParts, UploadTask } from "./media/upload-task.ts";
import { findOrMakeId, newId } from "./new-id.ts";
import { Outbox } from "./outbox/outbox.ts";
import { runItem } from "./outbox/run-item.ts";
import { type NoteReply, type OutboxTabs, shareOutbox } from "./outbox/share-outbox.ts";
import { PresenceBook } from "./presence.ts";
import { createRoomHandle, type RoomHandle } from "./room-handle.ts";
import { createDeviceState, type DeviceState } from "./state/device-state.ts";
import { createListeners } from "./state/listeners.ts";
import { loadState } from "./state/load-state.ts";
import { createQuery, createTopics, keepSameList, type Query, type Topics } from "./state/query.ts";
import { Recorder } from "./state/recorder.ts";
import { saveAccount } from "./state/save-account.ts";
import type { Model } from "./state/save-room.ts";
import { timeOf } from "./state/view-room.ts";
import { noStore } from "./store/no-store.ts";
import type { ClientStore } from "./store/store.ts";
import { SyncEngine } from "./sync/sync-engine.ts";

const defaults = { warmRooms: 20, maxIdleRooms: 50, windowSize: 200, pageSize: 100 };
/** Operations that answer with a room. */
const roomReplies: ReadonlySet<OperationName> = new Set([
  "rooms.create",
  "rooms.createDirect",
  "rooms.get",
  "rooms.update",
]);
const ownerRetryMs = 1_000;

export class LiveClient implements PipitClient {
  readonly api: Api;
  readonly connection: Query<ConnectionState>;
  readonly isSynced: Query<boolean>;
  readonly userId: Query<string | undefined>;
  readonly rooms: Query<readonly Room[]>;
  readonly settings: Query<AccountSettings | undefined>;
  readonly outbox: PipitClient["outbox"];
  readonly download: Download;
  deviceId: string | undefined;

  readonly #options: ClientOptions;
  readonly #env: Environment;
  readonly #topics: Topics = createTopics();
  readonly #store: ClientStore;
  readonly #state: DeviceState = createDeviceState();
  readonly #recorder: Recorder;
  readonly #model: Model;
  readonly #tokens: TokenSource;
  readonly #link: Connection;
  readonly #call: Call;
  readonly #outbox: Outbox;
  readonly #uploads: OutboxUploads;
  readonly #sync: SyncEngine;
  readonly #presence: PresenceBook;
  readonly #tabs: OutboxTabs;
  readonly #handles = new Map<string, RoomHandle>();
  readonly #listeners = createListeners<[payload: never]>();
  /** The token by which the store was found to be its user's. */
  #ownedWith: string | undefined;
  #isRegistered = false;
  #starting: Promise<void> | undefined;
  #isOver = false;

  constructor(options: ClientOptions & { openWire: OpenWire }) {
    this.#options = options;
    this.#env = { ...findEnvironment(), ...options.environment };
    const { url, apiPath = "/api/v1/chat", openWire } = options;
    const env = this.#env;
    const topics = this.#topics;
    const onError = this.#onError;
    this.#store = options.store ?? noStore;
    this.#recorder = new Recorder({ store: this.#store, env, onError, isShared: options.storeName !== undefined });
    this.#model = { state: this.#state, recorder: this.#recorder };
    this.#tokens = createTokenSource(options, env.now);
    const common = {
      model: this.#model,
      store: this.#store,
      env,
      topics,
      tokens: this.#tokens,
      deviceId: () => this.deviceId,
      onError,
      onLoggedOut: this.#onLoggedOut,
    };
    this.#link = new Connection({
      ...common,
      openWire,
      url,
      onEvent: (name, payload) => this.#hear(name, payload),
      onOnline: () => void this.#settle(),
      onOffline: () => this.#outbox.setOnline(false),
    });
    const { findAsk: ask, noteTimeout: onTimeout, isOnline } = this.#link;
    const rest = { ...common, baseUrl: `${url.replace(/\/$/, "")}${apiPath}`, isOver: () => this.#isOver };
    this.#call = createCall({ ...rest, ask, onTimeout });
    this.download = createDownload(rest);
    const parts = { ...common, call: this.#call, connection: this.#link, isOnline };
    this.#sync = new SyncEngine({ ...parts, ...defaults, ...options.sync });
    this.#presence = new PresenceBook(parts);
    this.#uploads = this.#createUploads();
    this.#outbox = this.#createOutbox();
    this.#tabs = shareOutbox(env, options.storeName, this.#outbox, this.#noteReply, onError);
    this.api = createApi(this.#callAndLearn);
    this.connection = this.#link.state;
    this.isSynced = createQuery(topics, ["connection"], () => this.#link.isOnline() && this.#sync.isSettled());
    this.userId = createQuery(topics, ["account"], () => this.#state.userId);
    this.rooms = createQuery<readonly Room[]>(topics, ["rooms", "account"], (before) =>
      keepSameList(before, this.#listRooms()),
    );
    this.settings = createQuery(topics, ["account"], () => this.#state.settings);
    this.outbox = this.#showOutbox();
  }

  start(): Promise<void> {
    this.#starting ??= this.#start().catch((error) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  async close(): Promise<void> {
    if (this.#isOver) return;
    this.#stop("closed");
    try {
      await this.#recorder.flush();
    } finally {
      this.#recorder.stop();
    }
  }

  async logOut(): Promise<void> {
    try {
      if (this.deviceId !== undefined) await this.#call("devices.logout", { device_id: this.deviceId });
    } finally {
      await this.#wipe();
    }
  }

  setToken(token: string): void {
    this.#tokens.set(token);
    this.#link.wake();
  }

  room(roomId: string): RoomHandle {
    const known = this.#handles.get(roomId);
    if (known) return known;
    const parts = {
      state: this.#state,
      topics: this.#topics,
      outbox: this.#outbox,
      sync: this.#sync,
      presence: this.#presence,
    };
    const handle = createRoomHandle(parts, roomId);
    this.#handles.set(roomId, handle);
    return handle;
  }

  presence(userId: string): Query<Presence | undefined> {
    return this.#presence.presence(userId);
  }

  upload(source: UploadSource, options?: UploadOptions): UploadTask {
    return startUpload(this.#uploadParts(), source, options);
  }

  on<Name extends EventName>(name: Name, listener: (payload: Payload<Name>) => void): () => void {
    return this.#listeners.add([name], listener);
  }

  readonly #onError = (error: unknown): void => {
    if (this.#isOver) return;
    if (this.#options.onError) this.#options.onError(error);
    else console.error(error);
  };

  readonly #onLoggedOut = (): void => {
    this.#wipe().catch(this.#onError);
  };

  readonly #noteReply: NoteReply = (event, reply) => this.#sync.noteReply(event, reply);

  /** What an app asks for itself also says something of rooms, which no event may tell this client. */
  readonly #callAndLearn: Call = async (name, input, options) => {
    const reply = await this.#call(name, input, options);
    if (roomReplies.has(name)) this.#sync.takeRoom(reply.data as Room);
    if (name === "groups.leave" || name === "rooms.delete")
      this.#sync.drop((reply.data as { room_id: string }).room_id);
    return reply;
  };

  #uploadParts(): UploadParts {
    return { ...this.#env, call: async (name, input, options) => (await this.#call(name, input, options)).data };
  }

  #showOutbox(): PipitClient["outbox"] {
    const topics = this.#topics;
    return {
      items: this.#outbox.items,
      retry: (key) => this.#outbox.retry(key),
      discard: (key) => this.#outbox.discard(key),
      upload: (key) => createQuery(topics, [uploadTopic(key)], () => this.#uploads.find(key)),
      pauseUpload: (key) => this.#uploads.pause(key),
      resumeUpload: (key) => this.#uploads.resume(key),
    };
  }

  #createUploads(): OutboxUploads {
    return createOutboxUploads({
      upload: this.#uploadParts(),
      topics: this.#topics,
      note: (item, progress) =>
        this.#outbox.note(item.id, (action) =>
          action.kind === "send" && action.attachment
            ? { ...action, attachment: { ...action.attachment, ...progress } }
            : action,
        ),
      onError: this.#onError,
    });
  }

  #createOutbox(): Outbox {
    const noteReply: NoteReply = (...told) => {
      this.#noteReply(...told);
      this.#tabs.tell(told);
    };
    const run = {
      model: this.#model,
      call: this.#call,
      noteReply,
      noteAccount: (change: number, roomId: string) => this.#sync.noteAccountChange(change, roomId),
      upload: this.#uploads.upload,
    };
    return new Outbox({
      store: this.#store,
      env: this.#env,
      topics: this.#topics,
      newId,
      run: async (item) => {
        const outcome = await runItem(run, item);
        // What the answer brought is kept before the item goes: a crash in between shows it at least once.
        await this.#recorder.flush().catch(this.#onError);
        return outcome;
      },
      onDiscard: this.#uploads.discard,
      announce: () => this.#tabs.tell(),
      onError: this.#onError,
    });
  }

  async #start(): Promise<void> {
    await this.#recorder.begin();
    await loadState(this.#store, this.#state);
    this.deviceId = this.#options.device?.id ?? (await findOrMakeId(this.#store, "device"));
    await this.#outbox.load();
    this.#sync.rooms.begin();
    this.#topics.touch("rooms", "account");
    if (this.#isOver) return;
    this.#tabs.begin();
    this.#link.start();
  }

  /** The connection has been made: everything is brought up to date. */
  async #settle(): Promise<void> {
    try {
      if (this.#ownedWith !== this.#tokens.current()) await this.#own();
      this.#outbox.setOnline(true);
      this.#presence.begin();
      void this.#register();
      await this.#sync.begin();
    } catch (error) {
      if (this.#isOver || !this.#link.isOnline()) return;
      if (!toPipitError(error).retryable) this.#onError(error);
      this.#env.setTimeout(() => {
        if (this.#link.isOnline()) void this.#settle();
      }, ownerRetryMs);
    }
  }

  /** What the store kept of another user is not shown to this one. */
  async #own(): Promise<void> {
    this.#ownedWith = undefined;
    const token = this.#tokens.current();
    const { id } = (await this.#call("users.me", {})).data;
    if (this.#state.userId !== undefined && this.#state.userId !== id) {
      await this.#forget();
      await this.#recorder.begin();
    }
    this.#state.userId = id;
    // Before anything of theirs is.
    saveAccount(this.#model);
    await this.#recorder.flush();
    this.#ownedWith = token;
    this.#topics.touch("account");
  }

  async #register(): Promise<void> {
    const { device = {} } = this.#options;
    if (this.#isRegistered || this.deviceId === undefined) return;
    const description = {
      device_id: this.deviceId,
      device_name: device.name ?? "Device",
      device_type: device.type ?? "web",
      platform: device.platform ?? "unknown",
      app_version: device.appVersion ?? "0",
      push_token: device.pushToken,
    };
    try {
      await this.#call("devices.register", description);
      this.#isRegistered = true;
    } catch (error) {
      // Coming back online says it again.
      if (!toPipitError(error).retryable) this.#onError(error);
    }
  }

  #hear(name: string, payload: unknown): void {
    if (this.#isOver) return;
    if (name === "device:logged-out" && (payload as Payload<"device:logged-out">).device_id === this.deviceId) {
      this.#onLoggedOut();
    } else if (this.#ownedWith !== undefined) {
      // Before it is known whose store this is, nothing is taken: all of it is asked for then.
      this.#sync.takeEvent(name, payload);
      this.#presence.takeEvent(name, payload);
    }
    for (const listener of this.#listeners.of(name)) listener(payload as never);
  }

  async #wipe(): Promise<void> {
    this.#stop("logged_out");
    await this.#forget();
  }

  async #forget(): Promise<void> {
    const { userId } = this.#state;
    this.#recorder.stop();
    for (const roomId of [...this.#state.rooms.keys()]) this.#sync.drop(roomId);
    Object.assign(this.#state, createDeviceState());
    // Whether or not anything of this page has looked at a medium: nobody else knows of a log-out while it was away.
    if (userId !== undefined) await this.#env.caches?.delete(toCacheName(userId)).catch(this.#onError);
    await this.#store.clear();
    await this.#outbox.load();
    this.#topics.touch("rooms", "account");
  }

  #stop(status: "closed" | "logged_out"): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#outbox.stop();
    this.#uploads.stop();
    this.#sync.stop();
    this.#presence.stop();
    this.#tabs.end();
    this.#link.end(status);
  }

  #listRooms(): readonly Room[] {
    const rooms = [...this.#state.rooms.keys()].flatMap((roomId) => this.room(roomId).room.getSnapshot() ?? []);
    return rooms.sort(compareRooms);
  }
}

function compareRooms(a: Room, b: Room): number {
  if (a.is_pinned !== b.is_pinned) return a.is_pinned ? -1 : 1;
  return timeOf(a) < timeOf(b) ? 1 : -1;
}
