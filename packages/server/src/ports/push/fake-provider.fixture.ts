/** What stands in for each provider in tests: it checks what is sent as the real one would, and says what it is told to. */
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What a provider took: as the device would see it. */
export type Taken = {
  token: string;
  /** What the app is given: type, tag, badge, ids. */
  data: Record<string, unknown>;
  alert: { title?: string; body?: string } | undefined;
  /** What makes a later one take the place of this one. */
  collapse: string | undefined;
  headers: Record<string, unknown>;
};

/** How a provider behaves: it takes what comes, or not. */
export type Mood = "takes" | "dead" | "busy" | "refuses" | "broken" | "silent" | "endless";

export type FakeProvider = {
  taken: Taken[];
  /** What came that was not as it must be. */
  faults: string[];
  mood: Mood;
  /** Requests so far, taken or not. */
  asked: number;
  url: string;
  close(): Promise<void>;
};

export type Reply = { status: number; headers?: Record<string, string>; body?: string };

export type Asked = { url: string; headers: IncomingHttpHeaders; body: Buffer };

/** A server on HTTP/1.1 at this machine. @param port the same as before, to come back */
export async function serve(
  answer: (asked: Asked) => Promise<Reply | "silence">,
  port = 0,
): Promise<{ url: string; port: number; close(): Promise<void> }> {
  const server = http.createServer((request, response) => {
    reply(request, response, answer).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const { port: taken } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${taken}`, port: taken, close };
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (asked: Asked) => Promise<Reply | "silence">,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const given = await answer({ url: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) });
  if (given === "silence") return;
  response.writeHead(given.status, given.headers);
  if (given.body === endless) return pourOn(response);
  response.end(given.body ?? "");
}

/** A body that does not end. */
export const endless = "\0endless";

function pourOn(response: ServerResponse): void {
  const more = (): void => {
    while (!response.destroyed && response.write("x".repeat(10_000)));
  };
  response.on("drain", more);
  more();
}

/** Closes something when the test ends. */
export function closeLater<Closable extends { close(): Promise<void> }>(closable: Closable): Closable {
  onTestFinished(() => closable.close());
  return closable;
}
