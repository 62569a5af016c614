/** Makes a recording that sounds like somebody humming a sentence: as good as a voice, and nobody's. */
import { createDemoRandom } from "./demo-random.ts";

const rate = 16_000;

/** @returns a WAV file, mono, 16 bits */
export function makeRecording(seed: string, seconds: number): Buffer {
  const random = createDemoRandom(`voice ${seed}`);
  const samples = new Int16Array(Math.round(rate * seconds));
  const base = random.between(105, 215);
  let at = Math.round(rate * 0.15);
  while (at < samples.length - rate * 0.3) {
    const length = Math.round(rate * (0.1 + random.next() * 0.16));
    const pitch = base * (0.85 + random.next() * 0.35);
    addSyllable(samples, at, length, pitch, 0.35 + random.next() * 0.6);
    at += length + Math.round(rate * (random.next() > 0.82 ? 0.25 + random.next() * 0.3 : 0.02));
  }
  return toWav(samples);
}

/** 64 peaks from 0 to 100 of a recording that was made here. */
export function toPeaks(recording: Buffer): number[] {
  const samples = Array.from({ length: (recording.length - 44) / 2 }, (_, at) =>
    Math.abs(recording.readInt16LE(44 + at * 2)),
  );
  const length = Math.ceil(samples.length / 64);
  const peaks = Array.from({ length: 64 }, (_, at) =>
    samples.slice(at * length, (at + 1) * length).reduce((a, b) => Math.max(a, b), 0),
  );
  const highest = Math.max(1, ...peaks);
  return peaks.map((peak) => Math.round((100 * peak) / highest));
}

/** A tone with its overtones, which swells and falls, and whose pitch sinks a little. */
function addSyllable(samples: Int16Array, from: number, length: number, pitch: number, loudness: number): void {
  let phase = 0;
  for (let index = 0; index < length && from + index < samples.length; index += 1) {
    const part = index / length;
    phase += (2 * Math.PI * pitch * (1 - 0.12 * part)) / rate;
    const tone = Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.28 * Math.sin(3 * phase) + 0.14 * Math.sin(5 * phase);
    samples[from + index] = Math.round(tone * Math.sin(Math.PI * part) * loudness * 9_000);
  }
}

function toWav(samples: Int16Array): Buffer {
  const bytes = samples.length * 2;
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + bytes, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(bytes, 40);
  const body = Buffer.alloc(bytes);
  for (const [index, sample] of samples.entries()) body.writeInt16LE(sample, index * 2);
  return Buffer.concat([header, body]);
}
