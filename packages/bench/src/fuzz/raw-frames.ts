/** WebSocket frames (RFC 6455) by hand, also those that no WebSocket library would write. */

export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export type FrameOptions = {
  opcode?: number;
  isFinal?: boolean;
  /** The three reserved bits, 0 to 7. */
  reserved?: number;
  isMasked?: boolean;
  /** What the header says of the length, when it lies. */
  claimedLength?: bigint;
};

const headerBytes = 14;

/** A client's frame. Its mask is of zeros, which masks nothing and is a mask all the same. */
export function toFrame(payload: string | Uint8Array, options: FrameOptions = {}): Buffer {
  const body = typeof payload === "string" ? Buffer.from(payload) : payload;
  const { isFinal = true, reserved = 0, isMasked = true, claimedLength = BigInt(body.length) } = options;
  const code = options.opcode ?? (typeof payload === "string" ? opcode.text : opcode.binary);
  const header = Buffer.alloc(headerBytes);
  header[0] = (isFinal ? 0x80 : 0) | (reserved << 4) | code;
  const end = writeLength(header, claimedLength, isMasked ? 0x80 : 0);
  return Buffer.concat([header.subarray(0, end + (isMasked ? 4 : 0)), body]);
}

/** @returns where the length ends */
function writeLength(header: Buffer, length: bigint, mask: number): number {
  if (length < 126n) {
    header[1] = mask | Number(length);
    return 2;
  }
  if (length < 65_536n) {
    header[1] = mask | 126;
    return header.writeUInt16BE(Number(length), 2);
  }
  header[1] = mask | 127;
  return header.writeBigUInt64BE(length, 2);
}

/** Cuts a server's frames out of the bytes that come. */
export class FrameReader {
  #kept: Buffer = Buffer.alloc(0);

  /** Calls back with each whole frame. */
  push(chunk: Buffer, onFrame: (code: number, payload: Buffer) => void): void {
    const bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    let at = 0;
    for (let frame = readFrame(bytes, at); frame; frame = readFrame(bytes, at)) {
      at = frame.end;
      onFrame(frame.code, bytes.subarray(frame.start, frame.end));
    }
    this.#kept = bytes.subarray(at);
  }
}

type Found = { code: number; start: number; end: number };

function readFrame(bytes: Buffer, at: number): Found | undefined {
  if (bytes.length < at + 2) return undefined;
  const code = (bytes[at] ?? 0) & 0x0f;
  const short = (bytes[at + 1] ?? 0) & 0x7f;
  const start = at + 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
  if (bytes.length < start) return undefined;
  const length =
    short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short;
  const end = start + length;
  return bytes.length < end ? undefined : { code, start, end };
}
