/** Reads an HTTP answer (RFC 9112) out of the bytes that have come. */

export type HttpAnswer = {
  status: number;
  headers: Map<string, string>;
  body: Buffer;
  /** The server will close, or has sent more than was asked for: the connection is good for nothing more. */
  isLast: boolean;
};

const headEnd = "\r\n\r\n";

/** @returns undefined as long as it is not whole @throws {Error} when it is no HTTP */
export function parseAnswer(received: Buffer): HttpAnswer | undefined {
  const end = received.indexOf(headEnd);
  if (end < 0) return undefined;
  const [first = "", ...lines] = received.toString("latin1", 0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) throw new Error(`no HTTP: ${JSON.stringify(first.slice(0, 200))}`);
  const headers = new Map(lines.map(toHeader));
  const body = readBody(received.subarray(end + headEnd.length), status, headers);
  return body && { status, headers, body: body.bytes, isLast: headers.get("connection") === "close" || body.isOver };
}

function toHeader(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

type Body = { bytes: Buffer; isOver: boolean };

function readBody(rest: Buffer, status: number, headers: Map<string, string>): Body | undefined {
  if (headers.get("transfer-encoding") === "chunked") return readChunks(rest);
  const length = status === 204 || status === 304 ? 0 : Number(headers.get("content-length") ?? 0);
  return rest.length < length ? undefined : { bytes: rest.subarray(0, length), isOver: rest.length > length };
}

function readChunks(rest: Buffer): Body | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(rest.toString("latin1", at, lineEnd), 16);
    const from = lineEnd + 2;
    if (Number.isNaN(size)) throw new Error("a chunk without a size");
    if (rest.length < from + size + 2) return undefined;
    if (size === 0) return { bytes: Buffer.concat(chunks), isOver: rest.length > from + 2 };
    chunks.push(rest.subarray(from, from + size));
    at = from + size + 2;
  }
}
