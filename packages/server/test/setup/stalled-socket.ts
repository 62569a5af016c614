/** A signed-in WebSocket that stops reading, as a phone in a tunnel does: its TCP connection stays open. */
import { randomBytes } from "node:crypto";
import { connect } from "node:net";

export type StalledSocket = {
  /**
   * Whether the server lets go of the connection, found without reading: what is written to a closed one comes back as
   * a reset.
   */
  endsWithin(milliseconds: number): Promise<boolean>;
  close(): void;
};

const patienceMs = 10_000;
const pong = "3";

/** Connects, waits until it has been let in, and reads no more. */
export async function openStalledSocket(url: string, token: string): Promise<StalledSocket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const key = randomBytes(16).toString("base64");
  let heard = "";
  socket.on("data", (chunk) => {
    heard += chunk.toString("latin1");
  });
  const hears = async (part: string): Promise<void> => {
    const deadline = Date.now() + patienceMs;
    while (!heard.includes(part)) {
      if (Date.now() > deadline || socket.destroyed) throw new Error(`no ${part}: ${heard}`);
      await new Promise((resolve) => socket.once("data", resolve).once("close", resolve));
    }
  };
  socket.write(
    [
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
      `Host: ${hostname}:${port}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${key}`,
      "\r\n",
    ].join("\r\n"),
  );
  await hears('0{"sid"');
  socket.write(toFrame(`40${JSON.stringify({ token })}`));
  await hears('40{"sid"');
  socket.pause();
  socket.on("error", () => {});
  return {
    async endsWithin(milliseconds) {
      const deadline = Date.now() + milliseconds;
      while (!socket.destroyed && Date.now() < deadline) {
        socket.write(toFrame(pong));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return socket.destroyed;
    },
    close: () => socket.destroy(),
  };
}

// RFC 6455 §5.2: a text frame of a client, masked, and shorter than 64 KB.
function toFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const head = Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}
