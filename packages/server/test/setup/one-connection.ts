/** A client that sends one request after the other on a single connection, as browsers do. */
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";

export type Line = {
  /** Sends a request and reads the answer to its end. @returns its status. @throws if the connection is cut */
  send(method: string, path: string, headers: Record<string, string>, body?: Buffer): Promise<number>;
  close(): void;
};

export async function openLine(url: string): Promise<Line> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    async send(method, path, headers, body) {
      const sending = request(new URL(path, url), { agent, method, headers: { ...headers, ...lengthOf(body) } });
      sending.end(body);
      const [answer] = (await once(sending, "response")) as [IncomingMessage];
      answer.resume();
      await once(answer, "end");
      return answer.statusCode ?? 0;
    },
    close: () => agent.destroy(),
  };
}

function lengthOf(body: Buffer | undefined): Record<string, string> {
  return body === undefined ? {} : { "content-length": String(body.length) };
}
