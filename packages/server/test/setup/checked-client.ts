/** A client that calls operations by their row of the table, and checks every reply and event against the schemas. */
import { type EventName, events } from "@pipit/protocol/events";
import type { Operation, SocketDoor } from "@pipit/protocol/operation";
import { type OperationName, operations } from "@pipit/protocol/operations";
import { io, type Socket } from "socket.io-client";
import { expect } from "vitest";

// biome-ignore lint/suspicious/noExplicitAny: replies have the shape that their schema has just been checked to have.
type Data = any;
type Input = Record<string, unknown>;

export type CheckedClient = {
  socket: Socket;
  /** Events heard so far, in order. */
  heard: { event: string; payload: Data }[];
  rest(name: OperationName, input: Input): Promise<Data>;
  /** With an acknowledgement callback. */
  acked(name: OperationName, input: Input): Promise<Data>;
  /** Without one: the reply event is the answer, if there is one; else nothing is, and no failure comes. */
  emitted(name: OperationName, input: Input): Promise<Data>;
  /** Waits for an event whose payload meets a condition, heard already or to come. */
  hears(event: string, meets?: (payload: Data) => boolean): Promise<Data>;
};

const patienceMs = 5_000;

/** @param called collects `operation door` for each call */
export async function createCheckedClient(url: string, token: string, called: Set<string>): Promise<CheckedClient> {
  const socket = io(url, {
    auth: { token, device_id: `device-of-${token.slice(-8)}` },
    reconnection: false,
    forceNew: true,
  });
  const heard: CheckedClient["heard"] = [];
  socket.onAny((event: string, payload) => {
    checkEvent(event, payload);
    heard.push({ event, payload });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return {
    socket,
    heard,
    async rest(name, input) {
      called.add(`${name} rest`);
      const reply = await callRest(url, token, operations[name], input);
      return checkEnvelope(name, reply);
    },
    async acked(name, input) {
      called.add(`${name} socket`);
      return checkEnvelope(name, await socket.timeout(patienceMs).emitWithAck(doorOf(name).event, input));
    },
    emitted(name, input) {
      called.add(`${name} reply event`);
      const door = doorOf(name);
      const { reply } = door;
      if (reply === null) return emitUnanswered(socket, door, input);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${reply}`)), patienceMs);
        socket.on(reply, function listen(data) {
          // Reply events share names with broadcasts: the reply is what has the operation's shape.
          if (!operations[name].output.safeParse(withoutPagination(data)).success) return;
          clearTimeout(timer);
          socket.off(reply, listen);
          resolve(data);
        });
        socket.emit(door.event, input);
      });
    },
    hears: (event, meets = () => true) => waitFor(socket, heard, event, meets),
  };
}

// What comes by one socket is taken in order, and these are answered at once: a failure would come before the answer.
async function emitUnanswered(socket: Socket, door: SocketDoor, input: Input): Promise<undefined> {
  const failures: unknown[] = [];
  const note = (failure: unknown): void => {
    failures.push(failure);
  };
  socket.on(door.error, note);
  socket.emit(door.event, input);
  await socket.timeout(patienceMs).emitWithAck("unread:get", {});
  socket.off(door.error, note);
  expect(failures, door.event).toEqual([]);
}

function doorOf(name: OperationName) {
  const { socket }: Operation = operations[name];
  if (!socket) throw new Error(`${name} has no socket door`);
  return socket;
}

/** Calls a REST door with input put where the door wants it: path, query or body. */
export async function callRest(url: string, token: string | undefined, operation: Operation, input: Input) {
  const { rest } = operation;
  if (!rest) throw new Error("this operation has no REST door");
  const remaining = { ...input };
  const path = rest.path.replace(/:(\w+)/g, (_, key: string) => {
    const field = rest.rename?.[key] ?? key;
    const value = String(remaining[field]);
    delete remaining[field];
    return encodeURIComponent(value);
  });
  const inQuery = rest.method === "GET" || rest.method === "DELETE";
  const query = inQuery ? `?${new URLSearchParams(toTexts(remaining))}` : "";
  const response = await fetch(`${url}/api/v1/chat${path}${query}`, {
    method: rest.method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(inQuery ? {} : { "content-type": "application/json" }),
    },
    ...(inQuery ? {} : { body: JSON.stringify(remaining) }),
  });
  return response.json() as Promise<Data>;
}

function toTexts(input: Input): Record<string, string> {
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, String(value)]));
}

function checkEnvelope(name: OperationName, reply: Data): Data {
  expect(reply, `${name} replies ${JSON.stringify(reply)}`).toMatchObject({ success: true });
  const operation: Operation = operations[name];
  expect("pagination" in reply, `${name} has pages`).toBe(operation.paged === true);
  // Equal, not only valid: a reply has no field that the document does not tell of.
  expect(operation.output.parse(reply.data), name).toEqual(reply.data);
  return reply.data;
}

const replyEvents = new Map<string, OperationName[]>();
for (const [name, operation] of Object.entries<Operation>(operations)) {
  const reply = operation.socket?.reply;
  if (reply) replyEvents.set(reply, [...(replyEvents.get(reply) ?? []), name as OperationName]);
}

// Some reply events show a page whole (sockets/dispatch.ts).
function withoutPagination(payload: Data): Data {
  const isPage = Array.isArray(payload?.data) && typeof payload.pagination?.has_more === "boolean";
  return isPage ? payload.data : payload;
}

function checkEvent(event: string, given: Data): void {
  const payload = withoutPagination(given);
  const schemas = [
    ...(event in events ? [events[event as EventName].payload] : []),
    ...(replyEvents.get(event) ?? []).map((name) => operations[name].output),
  ];
  expect(schemas.length, `${event} is declared`).toBeGreaterThan(0);
  const matches = schemas.filter((schema) => {
    const parsed = schema.safeParse(payload);
    return (
      parsed.success && JSON.stringify(Object.keys(parsed.data).sort()) === JSON.stringify(Object.keys(payload).sort())
    );
  });
  expect(matches.length, `${event} has its declared shape: ${JSON.stringify(payload)}`).toBeGreaterThan(0);
}

function waitFor(
  socket: Socket,
  heard: CheckedClient["heard"],
  event: string,
  meets: (payload: Data) => boolean,
): Promise<Data> {
  const past = heard.find((entry) => entry.event === event && meets(entry.payload));
  if (past) return Promise.resolve(past.payload);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${event} was not heard`)), patienceMs);
    socket.on(event, function listen(payload) {
      if (!meets(payload)) return;
      clearTimeout(timer);
      socket.off(event, listen);
      resolve(payload);
    });
  });
}
