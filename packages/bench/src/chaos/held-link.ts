/**
 * A TCP proxy that stands for a network between two machines: its bytes can be held in one direction or both, as when
 * packets are dropped, or its connections cut and refused.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from "node:net";
import type { Scope } from "../processes/scope.ts";

/** `there`: to the server; `back`: from it. What is held is delivered when the link is open again. */
export type LinkState = "open" | "held there" | "held back" | "held" | "cut";
export const troubles = ["held there", "held back", "held", "cut"] as const satisfies LinkState[];

export type HeldLink = { readonly port: number; set(state: LinkState): void };

type Flow = { from: Socket; direction: "there" | "back" };

/** Opens one that leads to a server; it ends with the scope. */
export async function openLink(scope: Scope, target: NetConnectOpts): Promise<HeldLink> {
  const flows = new Set<Flow>();
  let state: LinkState = "open";
  const isHeld = ({ direction }: Flow): boolean => state === "held" || state === `held ${direction}`;
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    // No listener may miss an error: cutting is what this is for.
    client.on("error", () => undefined);
    if (state === "cut") {
      client.destroy();
      return;
    }
    const upstream = connect({ ...target, noDelay: true, allowHalfOpen: true });
    upstream.on("error", () => undefined);
    join({ from: client, direction: "there" }, upstream);
    join({ from: upstream, direction: "back" }, client);
  });
  function join(flow: Flow, to: Socket): void {
    const { from } = flow;
    flows.add(flow);
    from.on("data", (chunk) => {
      if (!to.write(chunk)) from.pause();
    });
    to.on("drain", () => {
      if (!isHeld(flow)) from.resume();
    });
    from.on("end", () => to.end());
    from.on("close", () => {
      flows.delete(flow);
      to.destroy();
    });
    if (isHeld(flow)) from.pause();
  }
  const cutAll = (): void => {
    // Not reset: of a socket that is just ending its side, a reset fails, and it would never be closed.
    for (const { from } of flows) from.destroy();
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  scope.defer(() => {
    server.close();
    cutAll();
  });
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      state = next;
      if (state === "cut") cutAll();
      else for (const flow of flows) flow.from[isHeld(flow) ? "pause" : "resume"]();
    },
  };
}
