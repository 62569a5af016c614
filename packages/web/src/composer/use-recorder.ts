/** A recording, as a component shows it. */
import { useCallback, useEffect, useRef, useState } from "react";
import { type Recording, recordSound, toPeaks } from "./record-sound.ts";

type RecorderState = "asking" | "recording" | "paused" | "refused" | "missing";

export type Recorder = {
  state: RecorderState;
  seconds: number;
  /** How loud it was, from 0 to 1, ten times a second. */
  levels: readonly number[];
  /** @returns what was recorded so far, to be listened to */
  pause(): Promise<Recorded | undefined>;
  resume(): void;
  /** @returns what was recorded; undefined when there is nothing */
  finish(): Promise<Recorded | undefined>;
};

/** With its peaks from 0 to 100, for a waveform. */
export type Recorded = { blob: Blob; peaks: number[]; durationMs: number };

const beatMs = 100;

/** Begins at once; ends with the component, or when it is finished. */
export function useRecorder(): Recorder {
  const [state, setState] = useState<RecorderState>("asking");
  const [levels, setLevels] = useState<readonly number[]>([]);
  const recording = useRef<Recording>(undefined);
  useEffect(() => {
    let isOver = false;
    recordSound().then(
      (begun) => {
        if (isOver) return begun.cancel();
        recording.current = begun;
        setState("recording");
      },
      (error: unknown) => {
        const isRefused = error instanceof DOMException && error.name === "NotAllowedError";
        if (!isOver) setState(isRefused ? "refused" : "missing");
      },
    );
    return () => {
      isOver = true;
      recording.current?.cancel();
      recording.current = undefined;
    };
  }, []);
  useEffect(() => {
    if (state !== "recording") return undefined;
    const timer = setInterval(() => setLevels((before) => [...before, recording.current?.level() ?? 0]), beatMs);
    return () => clearInterval(timer);
  }, [state]);
  const withPeaks = (blob: Blob): Recorded => ({
    blob,
    peaks: toPeaks(levels),
    durationMs: levels.length * beatMs,
  });
  const pause = async () => {
    const { current } = recording;
    if (!current) return undefined;
    setState("paused");
    return withPeaks(await current.pause());
  };
  const resume = useCallback(() => {
    recording.current?.resume();
    setState("recording");
  }, []);
  const finish = async () => {
    const { current } = recording;
    recording.current = undefined;
    return current && withPeaks(await current.finish());
  };
  return { state, seconds: (levels.length * beatMs) / 1000, levels, pause, resume, finish };
}
