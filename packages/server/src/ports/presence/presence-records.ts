/** What Redis keeps of presence, as one node reads and writes it. Everything here rejects while Redis is away. */
import type { Redis } from "ioredis";
import type { UserKey } from "../audiences/audiences.ts";
import type { PresenceChange } from "./presence.ts";
import { presenceScripts } from "./presence-scripts.ts";

/** Milliseconds: without a socket, a user is offline after `grace`; without a heartbeat, a node is dead after `lease`. */
export const presenceTimes = { grace: 15_000, lease: 20_000, settle: 3_000 };

/** By Redis' own time; what lives is written anew more often. */
const ttlSeconds = 86_400;
const maxTold = 200;
const maxSwept = 200;
const prefix = "pipit:{presence}:";
const keys = { epoch: `${prefix}epoch`, nodes: `${prefix}nodes`, due: `${prefix}due` };
const userPrefix = `${prefix}user:`;

export type LiveSocket = { deviceId: string | undefined; isInFocus: boolean };
export type SocketRecord = LiveSocket & { nodeId: string };

/** What a node tells of a user's sockets on it. */
export type PutInput = {
  member: string;
  sockets: ReadonlyMap<string, LiveSocket>;
  /** When the last of them went, in ms; 0 if none did. */
  wentAt: number;
  epoch: string;
  /** The epoch in which the node last told of this user, if it did. */
  knownIn: string | undefined;
  /** Names the call: the same where it is sent again, for want of an answer. */
  token: string;
  now: number;
};
/**
 * `pending`: the user came, and it is not certain yet whether that has been told. `unknown`: Redis does not know the node,
 * or is in another epoch. `dueAt` in ms, 0 for never.
 */
export type PutResult = { state: "came" | "same" | "pending" | "unknown"; dueAt: number };
export type Beat = { epoch: string; isKnown: boolean; dueAt: number; deadNodes: string[] };

type Reply = [string, ...string[]];
type Scripts = {
  presencePut(...args: (string | number)[]): Promise<[PutResult["state"], number]>;
  presencePop(...args: (string | number)[]): Promise<Reply>;
  presenceBeat(...args: (string | number)[]): Promise<[string, string, string, ...string[]]>;
  presenceSweep(...args: (string | number)[]): Promise<number>;
  presenceAreOnline(...args: (string | number)[]): Promise<number[]>;
};

/** The name of a user in Redis. A tenant's id has no slash. */
export function toMember({ tenantId, userId }: UserKey): string {
  return `${tenantId}/${userId}`;
}

function fromMember(member: string): UserKey {
  const end = member.indexOf("/");
  return { tenantId: member.slice(0, end), userId: member.slice(end + 1) };
}

const { grace, lease, settle } = presenceTimes;
const nodeKey = (nodeId: string): string => `${prefix}node:${nodeId}`;

export class PresenceRecords {
  readonly #redis: Redis & Scripts;
  readonly #nodeId: string;

  constructor(redis: Redis, nodeId: string) {
    for (const [name, script] of Object.entries(presenceScripts)) redis.defineCommand(name, script);
    this.#redis = redis as Redis & Scripts;
    this.#nodeId = nodeId;
  }

  async put({ member, sockets, wentAt, epoch, knownIn, token, now }: PutInput): Promise<PutResult> {
    const values = [...sockets].flatMap(([id, socket]) => [id, toValue(socket)]);
    const [state, dueAt] = await this.#redis.presencePut(
      ...[userPrefix + member, nodeKey(this.#nodeId), keys.due, keys.nodes, keys.epoch],
      ...[member, this.#nodeId, epoch, knownIn ?? "", token, now, wentAt, grace, settle, ttlSeconds],
      ...values,
    );
    return { state, dueAt };
  }

  /** Takes what there is to tell. @returns that, and when there will be more */
  async pop(now: number, token: string): Promise<{ changes: PresenceChange[]; dueAt: number }> {
    const [dueAt, ...told] = await this.#redis.presencePop(
      ...[keys.due, `${prefix}told:${this.#nodeId}`, now, token, maxTold, userPrefix, ttlSeconds],
    );
    return { changes: toChanges(told), dueAt: Number(dueAt) };
  }

  /**
   * @param lastEpoch the epoch of the last heartbeat that Redis took of this node
   * @param newEpoch the name of the epoch that begins with this, if Redis is empty
   */
  async beat(now: number, lastEpoch: string | undefined, newEpoch: string): Promise<Beat> {
    const [epoch, isKnown, dueAt, ...deadNodes] = await this.#redis.presenceBeat(
      ...[keys.epoch, keys.nodes, keys.due, this.#nodeId, now, lease, ttlSeconds, lastEpoch ?? "", newEpoch],
    );
    return { epoch, isKnown: isKnown === "1", dueAt: Number(dueAt), deadNodes };
  }

  /**
   * Forgets a part of a node's sockets: its users are in their grace from now on.
   * @param before the last sign of life of a node that is dead, in ms
   * @returns whether there may be more
   */
  async sweep(nodeId: string, before: number, now: number): Promise<boolean> {
    const more = await this.#redis.presenceSweep(
      ...[nodeKey(nodeId), keys.nodes, keys.due, nodeId, before, now + grace, maxSwept, userPrefix, ttlSeconds],
    );
    return more === 1;
  }

  async findOnline(tenantId: string, userIds: readonly string[]): Promise<string[]> {
    const users = userIds.map((userId) => userPrefix + toMember({ tenantId, userId }));
    const online = await this.#redis.presenceAreOnline(users.length, ...users);
    return userIds.filter((_, index) => online[index] === 1);
  }

  async listSockets(user: UserKey): Promise<SocketRecord[]> {
    const fields = Object.entries(await this.#redis.hgetall(userPrefix + toMember(user)));
    return fields.flatMap(([field, value]) => {
      const end = field.indexOf("/");
      return end < 0 ? [] : { nodeId: field.slice(0, end), ...fromValue(value) };
    });
  }
}

function toValue({ deviceId, isInFocus }: LiveSocket): string {
  return `${isInFocus ? "1" : "0"}${deviceId === undefined ? "" : `:${deviceId}`}`;
}

function fromValue(value: string): LiveSocket {
  return { isInFocus: value.startsWith("1"), deviceId: value.length > 1 ? value.slice(2) : undefined };
}

function toChanges(told: readonly string[]): PresenceChange[] {
  const changes: PresenceChange[] = [];
  for (let at = 0; at + 2 < told.length; at += 3) {
    const [member = "", isOnline, time] = told.slice(at, at + 3);
    changes.push({ user: fromMember(member), isOnline: isOnline === "1", at: new Date(Number(time)) });
  }
  return changes;
}
