/** An S3 server for tests: s3rver, behind a gateway that checks every signature and does what s3rver leaves out. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import S3rver from "@20minutes/s3rver";
import { answerGap, type GapAnswer, type GapRequest, refuse } from "./s3rver-gaps.fixture.ts";
import { type Account, verifySigV4 } from "./verify-sigv4.fixture.ts";

export const testAccount: Account = {
  accessKeyId: "AKIDTESTPIPIT",
  secretAccessKey: "secret/of+tests",
  region: "eu-test-1",
  service: "s3",
};

export type S3Gateway = {
  endpoint: string;
  bucket: string;
  /** Answers requests in the server's stead, those for which it gives true; without one, none. */
  intercept(answer?: (request: GapRequest, response: ServerResponse) => boolean): void;
  close(): Promise<void>;
};

const bucket = "pipit-test";

/** Starts a server on a free port, with one bucket, addressed by path. */
export async function startS3(): Promise<S3Gateway> {
  const directory = await mkdtemp(join(tmpdir(), "pipit-s3-"));
  const options = { address: "127.0.0.1", port: 0, silent: true, directory, configureBuckets: [{ name: bucket }] };
  const inner = new S3rver(options);
  const { port } = await inner.run();
  let interception: Parameters<S3Gateway["intercept"]>[0];

  let turn: Promise<unknown> = Promise.resolve();
  const server = createServer((incoming, response) => {
    readRequest(incoming).then(
      (read) => {
        // One at a time: s3rver shows objects that are half-written.
        turn = turn.then(async () => {
          if (!interception?.(read, response)) await serve(read, response, port, directory);
        });
        return turn;
      },
      // The sender is gone: as in S3, nothing comes of it.
      () => response.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bucket,
    intercept: (answer) => {
      interception = answer;
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, inner.close()]);
      await rm(directory, { recursive: true });
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<GapRequest> {
  const body = await buffer(incoming);
  const { method = "", url: target = "", headers } = incoming;
  const [path = "", query = ""] = target.split("?", 2);
  return { method, target, path, query: new URLSearchParams(query), headers: toTexts(headers), body };
}

function toTexts(headers: IncomingMessage["headers"]): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));
}

async function serve(read: GapRequest, response: ServerResponse, port: number, directory: string): Promise<void> {
  const forward = (inner: GapRequest) => pass(inner, port);
  const answer = (await findRefusal(read)) ?? (await answerGap(read, directory, forward));
  const { status, headers, body } = answer ?? (await forward(read));
  response.writeHead(status, { ...headers, "content-length": headers["content-length"] ?? body.length });
  response.end(read.method === "HEAD" ? undefined : body);
}

async function findRefusal(read: GapRequest): Promise<GapAnswer | undefined> {
  const problem = verifySigV4(read, testAccount, new Date());
  if (problem !== undefined) return refuse(403, "SignatureDoesNotMatch", problem);
  const hash = read.headers["x-amz-content-sha256"] ?? "UNSIGNED-PAYLOAD";
  if (hash !== "UNSIGNED-PAYLOAD" && hash !== createHash("sha256").update(read.body).digest("hex")) {
    return refuse(400, "XAmzContentSHA256Mismatch", "the body is another");
  }
  if (read.method === "PUT" && read.headers["content-length"] === undefined) {
    return refuse(411, "MissingContentLength", "there is no length");
  }
  return undefined;
}

/** Passes a request on, without its signature: s3rver has no accounts but its own. */
async function pass({ method, path, query, headers, body }: GapRequest, port: number): Promise<GapAnswer> {
  const plain = new URLSearchParams([...query].filter(([name]) => !name.startsWith("X-Amz-")));
  const sent = Object.entries(headers).filter(([name]) => !["authorization", "host", "connection"].includes(name));
  const target = plain.size > 0 ? `${path}?${plain}` : path;
  const passing = request({
    host: "127.0.0.1",
    port,
    method,
    path: target,
    headers: Object.fromEntries(sent),
    agent: false,
  });
  passing.end(body);
  const [answer] = (await once(passing, "response")) as [IncomingMessage];
  const { connection, "keep-alive": _, "transfer-encoding": __, ...kept } = toTexts(answer.headers);
  return { status: answer.statusCode ?? 500, headers: kept, body: await buffer(answer) };
}
