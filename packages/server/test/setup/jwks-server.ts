/** Where a host product publishes its public keys; it can be told to fail. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type JwksServer = {
  url: string;
  /** What it answers from now on; `hang` answers nothing. */
  answer(body: object | string, status?: number): void;
  hang(): void;
  fetches(): number;
  close(): void;
};

export async function startJwksServer(): Promise<JwksServer> {
  let current: { body: string; status: number } | "hang" = { body: '{"keys":[]}', status: 200 };
  let fetches = 0;
  const server = createServer((_, response) => {
    fetches += 1;
    if (current === "hang") return;
    response.writeHead(current.status, { "content-type": "application/json" }).end(current.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`,
    answer(body, status = 200) {
      current = { body: typeof body === "string" ? body : JSON.stringify(body), status };
    },
    hang() {
      current = "hang";
    },
    fetches: () => fetches,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
