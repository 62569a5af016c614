/** Frames of the WebSocket protocol (RFC 6455, 5.2), as a server sends them: whole, unmasked, uncompressed. */

/**
 * A text frame. Each character stands for one byte, as in Latin-1.
 * @param prefix ASCII, which the text is to begin with
 */
export function frameText(prefix: string, text: string): string {
  const length = Buffer.byteLength(text);
  // Where there are no more bytes than characters, the text is its own bytes.
  const bytes = length === text.length ? text : Buffer.from(text).toString("latin1");
  return toHeader(prefix.length + length) + prefix + bytes;
}

const finalText = "\x81";
const twoBytesFollow = "\x7e";
const eightBytesFollow = "\x7f";

function toHeader(length: number): string {
  if (length < 126) return finalText + String.fromCharCode(length);
  if (length < 65_536) return finalText + twoBytesFollow + String.fromCharCode(length >> 8, length & 0xff);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return finalText + eightBytesFollow + bytes.toString("latin1");
}
