import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { expect, test } from "vitest";
import { type Scope, withScope } from "../processes/scope.ts";
import { fetchLight } from "./light-http.ts";

/** A server that answers each request with pieces, one after the other, and then does as it is told. */
async function serve(scope: Scope, pieces: string[], after: "keep" | "close" = "keep"): Promise<string> {
  const seen: Server = createServer({ noDelay: true }, async (socket) => {
    socket.on("error", () => {});
    for await (const request of socket) {
      expect(String(request)).toMatch(/^GET \/a\?b=c HTTP\/1\.1\r\nhost: [\d.:]+\r\nx-name: value\r\n\r\n$/);
      for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
      if (after === "close") socket.end();
    }
  }).listen(0, "127.0.0.1");
  scope.defer(() => void seen.close());
  await once(seen, "listening");
  const address = seen.address();
  if (address === null || typeof address === "string") throw new Error("the server got no port");
  return `http://127.0.0.1:${address.port}/a?b=c`;
}

async function fetchText(url: string) {
  let body = "";
  const response = await fetchLight(url, { "x-name": "value" }, (chunk) => {
    body += String(chunk);
  });
  return { ...response, body };
}

test("a body arrives whole, however the answer is cut, and over the same connection again", async () => {
  await withScope(async (scope) => {
    const answers = [
      ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"],
      ["HTTP/1.1 206 Partial", " Content\r\ncontent-length:5\r", "\n\r", "\nhe", "llo"],
      ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
    ];
    for (const pieces of answers) {
      const url = await serve(scope, pieces);
      for (let round = 0; round < 3; round += 1) {
        const { status, body, bytes } = await fetchText(url);
        expect([status, body]).toEqual([Number(pieces[0]?.slice(9, 12)), bytes === 0 ? "" : "hello"]);
      }
    }
  });
});

test("a body that ends early or has no length is an error", async () => {
  await withScope(async (scope) => {
    const short = await serve(scope, ["HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello"], "close");
    await expect(fetchText(short)).rejects.toThrow(/closed the connection/);
    const unknown = await serve(scope, ["HTTP/1.1 200 OK\r\n\r\nhello"]);
    await expect(fetchText(unknown)).rejects.toThrow(/does not tell its length/);
    const long = await serve(scope, ["HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhello"]);
    await expect(fetchText(long)).rejects.toThrow(/longer than/);
  });
});
