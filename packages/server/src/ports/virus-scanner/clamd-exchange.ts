/** One exchange with clamd: a command and what belongs to it go out, one answer comes back, the connection ends. */
import { connect, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { AppError } from "../../app-error.ts";
import type { ClamdAddress } from "./clamd-url.ts";

/** Milliseconds: for the whole exchange, and without any progress while sending. */
export type ClamdPatience = { totalMs: number; idleMs: number };

/** `isEarly` if clamd answered before it had been sent everything. */
export type ClamdAnswer = { text: string; isEarly: boolean };

export type ClamdExchange = {
  /**
   * Hands bytes over. Wait for it before you send more: that is the back-pressure.
   * @returns false if the exchange is over; `answer` tells how it ended
   */
  send(bytes: Uint8Array): Promise<boolean>;
  /** Sends the last bytes; from then on clamd may think for as long as the exchange may take. */
  finish(bytes: Uint8Array): Promise<void>;
  /** The answer without its NUL, or an AppError `unavailable`; the connection is destroyed before it settles. */
  answer: Promise<ClamdAnswer>;
  /** Ends the exchange, if it has not ended. */
  close(): void;
};

/** Announces a file, in pieces of a 4-byte length and as many bytes; a length of zero ends it. */
export const sayInstream = Buffer.from("zINSTREAM\0");

// "stream: ", the name of a virus, " FOUND": names have some dozens of characters.
const maxAnswerBytes = 4_096;

/** Begins to connect. Whoever opens an exchange must wait for its answer. */
export function openExchange(address: ClamdAddress, { totalMs, idleMs }: ClamdPatience): ClamdExchange {
  const socket = connect(address);
  const { promise: answer, resolve, reject } = Promise.withResolvers<ClamdAnswer>();
  let isFinishing = false;

  const fail = (cause: unknown) => {
    socket.destroy();
    reject(toUnavailable(cause));
  };
  const total = setTimeout(() => fail(new Error(`clamd did not answer within ${totalMs} ms`)), totalMs);
  socket.setTimeout(idleMs, () => fail(new Error(`nothing was sent to clamd for ${idleMs} ms`)));
  socket.on("error", fail);
  socket.on("end", () => fail(new Error("clamd hung up without a whole answer")));
  socket.on("close", () => {
    clearTimeout(total);
    fail(new Error("the connection to clamd ended without an answer"));
  });
  onAnswer(socket, fail, (text) => {
    socket.destroy();
    resolve({ text, isEarly: !isFinishing });
  });

  return {
    answer,
    send: async (bytes) => await write(socket, bytes),
    finish: async (bytes) => {
      isFinishing = true;
      if (await write(socket, bytes)) socket.setTimeout(0);
    },
    close: () => socket.destroy(),
  };
}

/** What stands for every failure of clamd; the cause is for the log. */
export function toUnavailable(cause: unknown): AppError {
  return new AppError("unavailable", {
    message: "The virus scanner can't be asked for the moment.",
    cause,
    retryAfterSeconds: 5,
  });
}

function onAnswer(socket: Socket, fail: (cause: Error) => void, use: (text: string) => void): void {
  let received = Buffer.alloc(0);
  socket.on("data", (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    const end = received.indexOf(0);
    const length = end === -1 ? received.length : end;
    if (length > maxAnswerBytes) {
      fail(new Error(`clamd's answer has more than ${maxAnswerBytes} bytes`));
    } else if (end !== -1) {
      use(received.toString("utf8", 0, end));
    }
  });
}

async function write(socket: Socket, bytes: Uint8Array): Promise<boolean> {
  // A body in memory and a quick clamd would otherwise keep the event loop to themselves, and an answer that has come
  // already would go unread.
  await nextTurn();
  if (socket.destroyed) return false;
  // An error is not lost: the socket emits it as well.
  return await new Promise((resolve) => {
    socket.write(bytes, (error) => resolve(!error));
  });
}
