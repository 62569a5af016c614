/** Records what the microphone hears. */

export type Recording = {
  /** How loud it is now, from 0 to 1. */
  level(): number;
  /** @returns what was recorded so far; it may go on after that */
  pause(): Promise<Blob>;
  resume(): void;
  /** Ends it. @returns what was recorded */
  finish(): Promise<Blob>;
  /** Ends it, and forgets it. */
  cancel(): void;
};

const types = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

/** @throws {DOMException} `NotAllowedError` if the person does not want it, `NotFoundError` without a microphone */
export async function recordSound(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: true, noiseSuppression: true },
  });
  const mimeType = types.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: 32_000, ...(mimeType ? { mimeType } : {}) });
  const pieces: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
  const meter = createMeter(stream);
  const ended = new Promise<void>((resolve) => recorder.addEventListener("stop", () => resolve(), { once: true }));
  const end = async (): Promise<void> => {
    if (recorder.state !== "inactive") recorder.stop();
    await ended;
    for (const track of stream.getTracks()) track.stop();
    await meter.close();
  };
  // Without its parameters: the type says what it is, not how it was made.
  const join = (): Blob => new Blob(pieces, { type: recorder.mimeType.split(";")[0] ?? "audio/webm" });
  recorder.start(250);
  return {
    level: meter.level,
    async pause() {
      if (recorder.state === "recording") recorder.pause();
      const isThere = new Promise((resolve) => recorder.addEventListener("dataavailable", resolve, { once: true }));
      recorder.requestData();
      await isThere;
      return join();
    },
    resume: () => recorder.state === "paused" && recorder.resume(),
    async finish() {
      await end();
      return join();
    },
    cancel: () => void end(),
  };
}

type Meter = { level(): number; close(): Promise<void> };

function createMeter(stream: MediaStream): Meter {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level() {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      // Speech is quiet against what a microphone can take.
      return Math.min(1, Math.sqrt(power) * 4);
    },
    close: () => context.close(),
  };
}

/** As many peaks as are drawn, from 0 to 100, of all that were heard. */
export function toPeaks(levels: readonly number[], count = 64): number[] {
  if (levels.length === 0) return [];
  return Array.from({ length: count }, (_, at) => {
    const from = Math.floor((at * levels.length) / count);
    const to = Math.max(from + 1, Math.floor(((at + 1) * levels.length) / count));
    return Math.round(100 * Math.max(...levels.slice(from, to)));
  });
}
