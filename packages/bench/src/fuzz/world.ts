/** People, rooms and messages that the fuzzed requests name, so that many of them reach what they ask for. */
import { jwtSecret } from "../processes/pipit-server.ts";
import type { Random } from "../random.ts";
import { signToken } from "../token.ts";
import { RestClient } from "../wire/rest-client.ts";
import type { Pools } from "./make-input.ts";
import type { Caller } from "./make-requests.ts";

/** The key that a fuzzed server is started with. */
export const adminKey = "an-admin-key-for-fuzzing-on-one-machine";

const userIds = ["fuzz-owner", "fuzz-admin", "fuzz-member", "fuzz-reader", "fuzz-outsider"] as const;
const strangerId = "fuzz-stranger";
const renewEveryMs = 15 * 60_000;
const ownerShare = 0.55;
const strangerShare = 0.05;
/** How many values of a kind are kept: the newest. */
const poolSize = 24;

type Named = { id: string };
type Ticket = { fileKey: string; uploadUrl: string };

type Callers = { owner: Caller; others: Caller[]; stranger: Caller };

export class World {
  readonly pools: Pools = new Map();
  readonly #url: string;
  readonly #clients = new Map<string, RestClient>();
  #callers: Callers;
  #signedAt = 0;

  private constructor(url: string) {
    this.#url = url;
    this.#callers = this.#sign();
  }

  /** @param url of a server whose admin key is ours */
  static async create(url: string): Promise<World> {
    const world = new World(url);
    await world.#meetEverybody();
    await world.#addStranger();
    await world.furnish();
    return world;
  }

  /** Whoever asks next: mostly the owner, now and then one of another tenant. */
  pickCaller(random: Random): Caller {
    // A run may last longer than a token.
    if (performance.now() - this.#signedAt > renewEveryMs) this.#callers = this.#sign();
    const { owner, others, stranger } = this.#callers;
    const kind = random.next();
    if (kind < strangerShare) return stranger;
    return kind < strangerShare + ownerShare ? owner : random.pick(others);
  }

  /**
   * Makes rooms with people, messages and links in them, for what was there may have been taken away by now. What the
   * fuzzed requests of the same moment spoil for it stays out.
   */
  async furnish(): Promise<void> {
    const [ownerId, adminId, memberId, readerId, outsiderId] = userIds;
    await this.#makePeace();
    const roomId = await this.#makeRoom(ownerId, [adminId, memberId, readerId]);
    const awayId = await this.#makeRoom(adminId, [ownerId]);
    await this.#ask(adminId, "DELETE", `/rooms/${awayId}/members/${ownerId}`);
    const invitingId = await this.#makeRoom(memberId, []);
    await this.#ask(memberId, "POST", `/rooms/${invitingId}/invitations`, { user_id: ownerId });
    await this.#makeMessages(roomId);
    await this.#makeLinks(roomId, outsiderId);
    await this.#makeUploads(roomId);
    this.keep("room_id", [roomId, roomId, roomId, roomId, roomId, awayId, invitingId]);
  }

  /** Adds values to a kind's pool; the oldest leave it. */
  keep(kind: string, values: readonly unknown[]): void {
    const pool = [...(this.pools.get(kind) ?? []), ...values];
    this.pools.set(kind, pool.slice(-poolSize));
  }

  /** Keeps what an answer lets its reader name next: cursors. */
  harvest(reply: unknown): void {
    const { next_cursor: cursor } = (reply as { pagination?: { next_cursor?: unknown } }).pagination ?? {};
    if (typeof cursor === "string") this.keep("cursor", [cursor]);
  }

  #sign(): Callers {
    this.#signedAt = performance.now();
    const callers = userIds.map((userId) => this.#add(userId));
    const [owner] = callers;
    if (!owner) throw new Error("there is nobody");
    this.keep(
      "token",
      callers.map(({ token }) => token),
    );
    return { owner, others: callers.slice(1), stranger: this.#add(strangerId, "elsewhere") };
  }

  #add(userId: string, tenantId?: string): Caller {
    const token = signToken(jwtSecret, { userId, ...(tenantId === undefined ? {} : { tenantId }) });
    this.#clients.set(userId, new RestClient(this.#url, token));
    return { token, adminKey, pools: this.pools };
  }

  #client(userId: string): RestClient {
    const client = this.#clients.get(userId);
    if (!client) throw new Error(`${userId} is nobody`);
    return client;
  }

  /** Who has never called is not there to be added. */
  async #meetEverybody(): Promise<void> {
    for (const client of this.#clients.values()) await client.call("GET", "/users/me");
    const [ownerId] = userIds;
    const device = { device_name: "Phone", device_type: "mobile", platform: "android", app_version: "1.0" };
    for (const id of ["old", "phone"]) {
      await this.#client(ownerId).call("POST", "/devices/register", { device_id: id, ...device });
    }
    this.keep("user_id", [...userIds, strangerId, "nobody"]);
  }

  /** A room of another tenant, whose ids must answer as what does not exist. */
  async #addStranger(): Promise<void> {
    const roomId = await this.#makeRoom(strangerId, []);
    const message = await this.#client(strangerId).call("POST", `/rooms/${roomId}/messages`, { content: "secret" });
    this.keep("room_id", [roomId, "none"]);
    this.keep("message_id", [(message as Named).id]);
  }

  /** Asks as somebody. @returns what came, or nothing when it was refused */
  async #ask<Data>(userId: string, method: "POST" | "DELETE", path: string, body?: object): Promise<Data | undefined> {
    const answer = await this.#client(userId).request(method, path, body);
    return answer.success ? (answer.data as Data) : undefined;
  }

  /** Who has blocked another can't be talked to. */
  async #makePeace(): Promise<void> {
    const pairs = userIds.flatMap((one) => userIds.map((other) => [one, other] as const));
    for (const [one, other] of pairs) if (one !== other) await this.#ask(one, "DELETE", `/users/${other}/block`);
  }

  async #makeRoom(userId: string, memberIds: readonly string[]): Promise<string> {
    const body = { type: "group", name: "Fuzz", member_ids: memberIds };
    return ((await this.#client(userId).call("POST", "/rooms", body)) as Named).id;
  }

  async #makeMessages(roomId: string): Promise<void> {
    const [ownerId, adminId] = userIds;
    const send = async (userId: string, body: object) => {
      return await this.#ask<Named>(userId, "POST", `/rooms/${roomId}/messages`, body);
    };
    const poll = { question: "When?", options: ["now", "later"] };
    const sent = [
      await send(ownerId, { content: "first" }),
      await send(ownerId, { content: "second @all" }),
      await send(adminId, { content: "third" }),
      await send(ownerId, { meta_data: { poll } }),
    ];
    this.keep("message_id", toIds(sent));
  }

  async #makeLinks(roomId: string, newcomerId: string): Promise<void> {
    const [ownerId] = userIds;
    const path = `/rooms/${roomId}`;
    const link = await this.#ask<{ code: string }>(ownerId, "POST", `${path}/invites`, { needs_approval: true });
    if (!link) return;
    await this.#ask(newcomerId, "POST", `${path}/join`, { invite_code: link.code });
    this.keep("code", [link.code]);
  }

  async #makeUploads(roomId: string): Promise<void> {
    const [ownerId, adminId] = userIds;
    const noteKey = await this.#upload(ownerId, note);
    const open = await this.#ask<Ticket>(ownerId, "POST", "/media/upload-url", { ...toClaim(note), resumable: true });
    if (noteKey) this.keep("upload_id", toIds([noteKey]));
    if (open) this.keep("fileKey", [open.fileKey]);
    const picture = await this.#upload(adminId, dot);
    if (!picture) return;
    const body = { upload_id: picture.id, is_view_once: true };
    const once = await this.#ask<Named>(adminId, "POST", `/rooms/${roomId}/messages`, body);
    this.keep("message_id", toIds([once, once]));
  }

  async #upload(userId: string, file: FileToSend): Promise<Named | undefined> {
    const ticket = await this.#ask<Ticket>(userId, "POST", "/media/upload-url", toClaim(file));
    if (!ticket) return undefined;
    const headers = { "content-type": file.type };
    const put = await fetch(ticket.uploadUrl, { method: "PUT", body: new Uint8Array(file.bytes), headers });
    await put.arrayBuffer();
    this.keep("fileKey", [ticket.fileKey]);
    return await this.#ask<Named>(userId, "POST", "/media/confirm", { fileKey: ticket.fileKey, ...toClaim(file) });
  }
}

type FileToSend = { name: string; type: string; bytes: Buffer };

const note: FileToSend = { name: "note.txt", type: "text/plain", bytes: Buffer.from("hello, world") };

/** A picture of 4 by 4 pixels. */
const dot: FileToSend = {
  name: "dot.png",
  type: "image/png",
  bytes: Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAQAAAAECAIAAAAmkwkpAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAEElEQVQImWMwTpsJRwzEcQDrIxMhLoLCbgAAAABJRU5ErkJggg==",
    "base64",
  ),
};

function toClaim({ name, type, bytes }: FileToSend) {
  return { fileName: name, fileType: type, fileSize: bytes.length };
}

function toIds(made: readonly (Named | undefined)[]): string[] {
  return made.flatMap((entry) => (entry ? [entry.id] : []));
}
