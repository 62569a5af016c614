/** A way to a database on which the answers to commits can be held back, as a slow network might. */
import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

export type HoldingProxy = {
  /** The database's address, by way of the proxy. */
  url: string;
  /** From now on commits go through, and their answers wait; statements that are transactions of their own don't. */
  hold(): void;
  /** Lets the answers go. */
  release(): void;
  close(): void;
};

/** @param databaseUrl over TCP, or through a UNIX socket with `?host=/directory` */
export async function startHoldingProxy(databaseUrl: string): Promise<HoldingProxy> {
  const target = new URL(databaseUrl);
  const directory = target.searchParams.get("host");
  const port = Number(target.port || 5432);
  const open = new Set<Socket>();
  const held = new Map<Socket, Socket>();
  let isHolding = false;
  const server = createServer((inward) => {
    const outward = directory ? connect(`${directory}/.s.PGSQL.${port}`) : connect(port, target.hostname);
    inward.on("data", (chunk) => {
      if (isHolding && chunk.includes("commit\0")) {
        outward.unpipe(inward).pause();
        held.set(outward, inward);
      }
      outward.write(chunk);
    });
    inward.on("end", () => outward.end());
    outward.pipe(inward);
    for (const [socket, other] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      open.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.searchParams.delete("host");
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    hold() {
      isHolding = true;
    },
    release() {
      isHolding = false;
      for (const [outward, inward] of held) outward.pipe(inward);
      held.clear();
    },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
