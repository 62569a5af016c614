/** Links that are cut: a device behind one loses its connection, is refused, and comes back. */
import { once } from "node:events";
import { createServer, get } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CuttableAgent } from "./cuttable-agent.ts";
import { openProxy } from "./cuttable-proxy.ts";

const server = createServer((_, response) => void response.end("hello"));
let url: string;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => void server.close());

/** What a request is answered with, or the failure. */
function ask(address: string, agent?: CuttableAgent): Promise<string> {
  return new Promise((resolve) => {
    const request = get(address, agent ? { agent } : {}, (response) => {
      response.setEncoding("utf8").on("data", resolve);
    });
    request.on("error", () => resolve("refused"));
  });
}

test("a proxy passes on, ends what is open without a goodbye, refuses, and passes on again", async () => {
  const proxy = await openProxy(url);
  expect(await ask(proxy.url)).toBe("hello");
  const open = connect({ host: "127.0.0.1", port: Number(new URL(proxy.url).port) });
  await once(open, "connect");
  open.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  await once(open, "data");
  const failed = once(open, "error");
  proxy.cut();
  expect(await failed).toMatchObject([{ code: "ECONNRESET" }]);
  expect(await ask(proxy.url)).toBe("refused");
  proxy.restore();
  expect(await ask(proxy.url)).toBe("hello");
  proxy.close();
});

test("an agent does the same for its own connections", async () => {
  const agent = new CuttableAgent();
  expect(await ask(url, agent)).toBe("hello");
  agent.cut();
  expect(await ask(url, agent)).toBe("refused");
  expect(await ask(url)).toBe("hello");
  agent.restore();
  expect(await ask(url, agent)).toBe("hello");
  agent.close();
});
