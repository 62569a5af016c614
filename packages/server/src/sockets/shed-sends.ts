/**
 * Refuses messages before anything is made of them, while as many wait to be written as may (G11). To refuse them later
 * costs nearly as much as to send them: at three times of what a server can take, it would do nothing but refuse.
 */
import { randomUUID } from "node:crypto";
import { operations } from "@pipit/protocol/operations";
import { AppError, toFailure } from "../app-error.ts";
import type { Log } from "../log.ts";
import type { PipitServer } from "./socket-server.ts";

type Connection = { emit(event: string, ...args: unknown[]): boolean; write(data: string): void };

const logEveryMs = 10_000;
// An event with an acknowledgement, as Socket.IO writes it: its type, the number that the answer is to carry, and the name.
const send = new RegExp(`^2(\\d{1,15})\\["${operations["messages.send"].socket.event}",`);

/**
 * Looks at what an engine's connections hear from now on. Engine.IO has seen each packet by then (a connection that talks
 * is alive), Socket.IO has not.
 */
export function shedSends(engine: PipitServer["engine"], isFull: () => boolean, log: Log): void {
  let shed = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;

  function hear(this: Connection, event: string, ...args: unknown[]): boolean {
    const number = event === "data" && isFull() ? findSend(args[0]) : undefined;
    if (number === undefined) return Object.getPrototypeOf(this).emit.call(this, event, ...args);
    refuse(this, number);
    return true;
  }

  function refuse(connection: Connection, number: string): void {
    // By chance, or all would come back in the same second.
    const retryAfterSeconds = 1 + Math.floor(Math.random() * 3);
    const error = new AppError("unavailable", { message: "Too much is waiting to be written.", retryAfterSeconds });
    connection.write(`3${number}[${JSON.stringify(toFailure(error, randomUUID()))}]`);
    note();
  }

  // One line for many: a line for each would be work of its own.
  function note(): void {
    shed += 1;
    const now = performance.now();
    if (now - loggedAt < logEveryMs) return;
    log.warn({ shed }, "messages are refused, for too many wait to be written");
    [shed, loggedAt] = [0, now];
  }

  engine.on("connection", (connection: Connection) => {
    connection.emit = hear;
  });
}

/** The number that the answer to a message's packet is to carry; undefined of any other packet. */
function findSend(data: unknown): string | undefined {
  return typeof data === "string" ? send.exec(data)?.[1] : undefined;
}
