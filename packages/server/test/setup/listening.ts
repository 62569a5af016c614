/** What a socket hears, and a way to know that it has heard all that it was told up to a moment. */
import type { EventName, Payload } from "@pipit/protocol/events";
import type { Socket } from "socket.io-client";

// biome-ignore lint/suspicious/noExplicitAny: what came is looked at as it is, whatever its shape.
type Data = any;

export type Heard = { event: string; payload: Data };

export type Listener = {
  socket: Socket;
  /** Everything so far, in order. */
  heard: Heard[];
  /** The payloads of one event so far. */
  of<Name extends EventName>(event: Name): Payload<Name>[];
  /**
   * Resolves once all has come that the server told this socket before: packets of a connection keep their order, so the
   * answer to a question comes after them. @returns the names of what it heard, in order
   */
  settle(): Promise<string[]>;
};

const patienceMs = 5_000;

export function listenTo(socket: Socket): Listener {
  const heard: Heard[] = [];
  socket.onAny((event: string, payload: unknown) => heard.push({ event, payload }));
  return {
    socket,
    heard,
    of: (event) => heard.filter((entry) => entry.event === event).map((entry) => entry.payload),
    async settle() {
      await socket.timeout(patienceMs).emitWithAck("unread:get", {});
      return heard.map((entry) => entry.event);
    },
  };
}

/** The next payload of an event. */
export function once(socket: Socket, event: string): Promise<Data> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${event} did not come`)), patienceMs);
    socket.once(event, (payload: unknown) => {
      clearTimeout(timer);
      resolve(payload);
    });
  });
}

/** Emits with an acknowledgement callback, and gives the envelope. */
export function ask(socket: Socket, event: string, payload: unknown): Promise<Data> {
  return socket.timeout(patienceMs).emitWithAck(event, payload);
}
