/** A wire over Socket.IO. */
import { io } from "socket.io-client";
import { abortedError, fromFailure, networkError, type WireFailure } from "../errors.ts";
import type { Envelope, OpenWire, Wire } from "./wire.ts";

const handshakeMs = 10_000;

/** Reconnecting is the connection's own affair: Socket.IO's would buffer what was emitted and use an old token. */
export const openSocketWire: OpenWire = ({ url, auth, onEvent, onEnd }, signal) =>
  new Promise<Wire>((resolve, reject) => {
    const socket = io(url, {
      auth,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnection: false,
      forceNew: true,
      timeout: handshakeMs,
    });
    const giveUp = (): void => {
      socket.disconnect();
      reject(abortedError(signal.reason));
    };
    if (signal.aborted) {
      giveUp();
      return;
    }
    signal.addEventListener("abort", giveUp, { once: true });
    socket.on("connect_error", (error: Error & { data?: WireFailure }) => {
      signal.removeEventListener("abort", giveUp);
      socket.disconnect();
      reject(error.data?.code === undefined ? networkError(error) : fromFailure(error.data));
    });
    socket.on("connect", () => {
      signal.removeEventListener("abort", giveUp);
      resolve({
        ask: (event, payload) =>
          new Promise<Envelope>((answer) => {
            socket.emit(event, payload, answer);
          }),
        tell: (event, payload) => {
          socket.volatile.emit(event, payload);
        },
        close() {
          socket.off();
          socket.disconnect();
        },
      });
    });
    socket.onAny(onEvent);
    socket.on("disconnect", () => {
      // Also before the server has let it in: then nothing else says so.
      reject(networkError());
      onEnd();
    });
  });
