/** Builds small WebM, Ogg, WAV, AVI, MP3 and AAC files, honest ones and others. */

/** An EBML element; `size` in place of the truth, or `unknown`. */
export function element(id: number, content: Buffer | Buffer[], size?: number | "unknown"): Buffer {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.concat(content);
  const name = Buffer.from(id.toString(16).padStart(2, "0"), "hex");
  if (size === "unknown") return Buffer.concat([name, Buffer.from("01ffffffffffffff", "hex"), bytes]);
  const length = Buffer.alloc(8);
  length.writeUIntBE(size ?? bytes.length, 2, 6);
  length.writeUInt8(1, 0);
  return Buffer.concat([name, length, bytes]);
}

export const ebml = { segment: 0x18538067, tracks: 0x1654ae6b, track: 0xae, cluster: 0x1f43b675, tags: 0x1254c367 };

export const ebmlHeader = element(0x1a45dfa3, [
  element(0x4286, Buffer.of(1)),
  element(0x4282, Buffer.from("webm")),
  element(0x4287, Buffer.of(4)),
]);

/** Tracks of these types: 1 is video, 2 is sound. */
export function webmTracks(...types: number[]): Buffer {
  return element(
    ebml.tracks,
    types.map((type) => element(ebml.track, [element(0xd7, Buffer.of(1)), element(0x83, Buffer.of(type))])),
  );
}

const simpleBlock = element(0xa3, Buffer.alloc(16, 5));

export function webm(tracks: Buffer, ...more: Buffer[]): Buffer {
  const cluster = element(ebml.cluster, [element(0xe7, Buffer.of(0)), simpleBlock]);
  return Buffer.concat([ebmlHeader, element(ebml.segment, [tracks, ...more, cluster])]);
}

/** As browsers record it: nothing knows its own length. */
export function liveWebm(tracks: Buffer, ...after: Buffer[]): Buffer {
  const cluster = element(ebml.cluster, [element(0xe7, Buffer.of(0)), simpleBlock, simpleBlock], "unknown");
  return Buffer.concat([ebmlHeader, element(ebml.segment, [tracks, cluster, cluster, ...after], "unknown")]);
}

/** A page of Ogg with one packet of up to 254 bytes. */
export function oggPage(packet: Buffer, { flags = 0, segments = Buffer.of(packet.length) } = {}): Buffer {
  const header = Buffer.alloc(27);
  header.write("OggS");
  header.writeUInt8(flags, 5);
  header.writeUInt8(segments.length, 26);
  return Buffer.concat([header, segments, packet]);
}

export function ogg(...firstPackets: string[]): Buffer {
  const first = firstPackets.map((packet) => oggPage(Buffer.from(packet.padEnd(24, "\0"), "latin1"), { flags: 2 }));
  return Buffer.concat([...first, oggPage(Buffer.alloc(200, 3)), oggPage(Buffer.alloc(200, 4), { flags: 4 })]);
}

/** A chunk of RIFF; `length` in place of the truth. */
export function chunk(type: string, content: Buffer, length = content.length): Buffer {
  const header = Buffer.alloc(8);
  header.write(type, "latin1");
  header.writeUInt32LE(length, 4);
  return Buffer.concat([header, content, Buffer.alloc(content.length % 2)]);
}

export function riff(form: string, chunks: Buffer[], length?: number): Buffer {
  return chunk("RIFF", Buffer.concat([Buffer.from(form), ...chunks]), length);
}

/** The format of a WAV: one channel of 8,000 samples a second, a byte each. */
export const wavFormat = chunk("fmt ", Buffer.from("01000100401f0000401f000001000800", "hex"));

export function wav(...more: Buffer[]): Buffer {
  return riff("WAVE", [wavFormat, chunk("data", Buffer.alloc(800, 128)), ...more]);
}

export function avi(...more: Buffer[]): Buffer {
  const list = (name: string, content: Buffer) => chunk("LIST", Buffer.concat([Buffer.from(name), content]));
  return riff("AVI ", [
    list("hdrl", chunk("avih", Buffer.alloc(56))),
    list("movi", chunk("00dc", Buffer.alloc(40))),
    ...more,
  ]);
}

/** Frames of MP3: 128 kbit/s at 44,100 Hz, without sound. */
export function mp3(frames: number): Buffer {
  const frame = Buffer.alloc(417);
  Buffer.from("fffb9000", "hex").copy(frame);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}

/** Frames of AAC in ADTS, 100 bytes each. */
export function adts(frames: number): Buffer {
  const frame = Buffer.alloc(100);
  Buffer.from([0xff, 0xf1, 0x50, 0x80, 100 >> 3, ((100 & 7) << 5) | 0x1f, 0xfc]).copy(frame);
  return Buffer.concat(Array.from({ length: frames }, () => frame));
}

/** Titles in front of sound (ID3v2), with a content. */
export function id3(content: Buffer): Buffer {
  const { length } = content;
  const size = Buffer.of(length >> 21, (length >> 14) & 0x7f, (length >> 7) & 0x7f, length & 0x7f);
  return Buffer.concat([Buffer.from("ID3\x04\0\0", "latin1"), size, content]);
}
