/** A WebSocket by hand, for packets that no Socket.IO client would send. */

export type RawSocket = {
  /** Text frames that came so far. */
  received: string[];
  send(frame: string | Uint8Array<ArrayBuffer>): void;
  /** Waits for a frame that begins so, come already or to come; gives what follows. */
  hears(beginning: string): Promise<string>;
  /** Resolves with the close code. */
  closed: Promise<number>;
  close(): void;
};

const patienceMs = 10_000;

/** Opens the transport; nothing is sent on it yet. */
export async function openRawSocket(url: string): Promise<RawSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
  const received: string[] = [];
  const waiting = new Set<() => void>();
  socket.addEventListener("message", ({ data }) => {
    received.push(String(data));
    for (const look of waiting) look();
  });
  const closed = new Promise<number>((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));
  closed.then(() => {
    for (const look of waiting) look();
  });
  const raw: RawSocket = {
    received,
    closed,
    send: (frame) => socket.send(frame),
    hears: (beginning) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => end(() => reject(new Error(`no ${beginning}: ${received}`))), patienceMs);
        const end = (settle: () => void): void => {
          clearTimeout(timer);
          waiting.delete(look);
          settle();
        };
        const look = (): void => {
          const frame = received.find((entry) => entry.startsWith(beginning));
          if (frame !== undefined) end(() => resolve(frame.slice(beginning.length)));
          else if (socket.readyState > WebSocket.OPEN) end(() => reject(new Error(`closed before ${beginning}`)));
        };
        waiting.add(look);
        look();
      }),
    close: () => socket.close(),
  };
  await raw.hears("0{");
  return raw;
}

/** Opens the transport and signs in. */
export async function connectRawSocket(url: string, token: string): Promise<RawSocket> {
  const raw = await openRawSocket(url);
  raw.send(`40${JSON.stringify({ token })}`);
  await raw.hears("40{");
  return raw;
}
