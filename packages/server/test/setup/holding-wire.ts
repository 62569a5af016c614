/** A way to a TCP server on which all that it answers can be held back. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type HoldingWire = {
  /** The server's address, by way of the wire. */
  url: string;
  /** From now on what the server says waits, until `release`. */
  hold(): void;
  release(): void;
  close(): void;
};

export async function startHoldingWire(address: string): Promise<HoldingWire> {
  const target = new URL(address);
  const pairs = new Map<Socket, Socket>();
  let isHolding = false;
  const server = createServer((inward) => {
    const outward = connect(Number(target.port), target.hostname);
    pairs.set(outward, inward);
    inward.pipe(outward);
    if (!isHolding) outward.pipe(inward);
    for (const socket of [inward, outward]) {
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        pairs.delete(outward);
        inward.destroy();
        outward.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(address);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    hold() {
      isHolding = true;
      for (const [outward, inward] of pairs) outward.unpipe(inward).pause();
    },
    release() {
      isHolding = false;
      for (const [outward, inward] of pairs) outward.pipe(inward);
    },
    close() {
      for (const socket of pairs.keys()) socket.destroy();
      server.close();
    },
  };
}
