/** A way to a database that can be cut, as a network is. */

import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

export type DatabaseProxy = {
  /** The database's address, by way of the proxy. */
  url: string;
  /** Ends all connections, and refuses new ones until it is mended. */
  cut(): void;
  mend(): void;
  close(): void;
};

/** @param databaseUrl over TCP, or through a UNIX socket with `?host=/directory` */
export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl);
  const directory = target.searchParams.get("host");
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((inward) => {
    if (isCut) {
      inward.destroy();
      return;
    }
    const port = Number(target.port || 5432);
    const outward = directory ? connect(`${directory}/.s.PGSQL.${port}`) : connect(port, target.hostname);
    for (const [from, to] of [
      [inward, outward],
      [outward, inward],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(databaseUrl);
  url.searchParams.delete("host");
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as AddressInfo).port);
  const cut = (): void => {
    isCut = true;
    for (const socket of open) socket.destroy();
  };
  return {
    url: url.href,
    cut,
    mend() {
      isCut = false;
    },
    close() {
      cut();
      server.close();
    },
  };
}
