/** A TCP proxy of one client's own, whose connections can be cut. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Link } from "./link.ts";

export type ProxyLink = Link & { readonly url: string };

/** Opens a proxy that leads to a server, on a port of its own unless one is given. */
export async function openProxy(targetUrl: string, ownPort = 0): Promise<ProxyLink> {
  const { hostname, port } = new URL(targetUrl);
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer({ noDelay: true }, (client) => {
    // No listener may miss an error: a reset is what this is for.
    client.on("error", () => undefined);
    if (isCut) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ host: hostname, port: Number(port), noDelay: true });
    upstream.on("error", () => undefined);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(ownPort, "127.0.0.1");
  await once(server, "listening");
  const cutAll = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true;
      cutAll();
    },
    restore() {
      isCut = false;
    },
    close() {
      server.close();
      cutAll();
    },
  };
}
