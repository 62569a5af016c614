/** In the place of the text: a voice message as it is recorded, and heard before it is sent. */
import { useTyping } from "@pipit/react";
import { ChevronLeft, Mic, SendHorizontal, Square, Trash2 } from "lucide-react";
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { now } from "../clock.ts";
import { formatDuration } from "../media/media-format.ts";
import { VoicePlayer } from "../media/voice-player.tsx";
import { IconButton } from "../ui/button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { type Recorded, useRecorder } from "./use-recorder.ts";
import { useSending } from "./use-sending.ts";

/** @returns false if there is nothing to send yet: the permission is still being asked for */
export type VoiceRecorderHandle = { send(): boolean };

type VoiceRecorderProps = {
  roomId: string;
  replyTo: string | undefined;
  /** A finger holds the microphone's button: it says what becomes of the recording. */
  isHeld: boolean;
  onDone(isSent: boolean): void;
  ref?: Ref<VoiceRecorderHandle>;
};

/** Shorter than that, somebody pressed by mistake. */
const shortestMs = 500;

export function VoiceRecorder({ roomId, replyTo, isHeld, onDone, ref }: VoiceRecorderProps): ReactNode {
  const { t } = useTranslation("composer");
  const send = useSending(roomId);
  const recorder = useRecorder();
  const { state } = recorder;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (state === "recording" && !isHeld) button.current?.focus();
  }, [state, isHeld]);
  const [heard, setHeard] = useState<Recorded>();
  useSaysRecording(roomId, state === "recording");
  const stop = async (): Promise<void> => setHeard(await recorder.pause());
  const goOn = (): void => {
    setHeard(undefined);
    recorder.resume();
  };
  // What could not be stored is kept, for another try.
  const ended = useRef<Recorded>(undefined);
  const submit = async (): Promise<void> => {
    const sound = ended.current ?? (await recorder.finish());
    ended.current = sound;
    if (!sound || sound.durationMs < shortestMs) return onDone(false);
    setHeard(sound);
    if (await send([{ replyTo, file: { blob: sound.blob, fileName: nameOf(sound), messageType: "audio" } }]))
      onDone(true);
  };
  useImperativeHandle(ref, () => ({
    send() {
      const isThere = state === "recording";
      if (isThere) void submit();
      return isThere;
    },
  }));
  if (state === "refused" || state === "missing") return <Problem kind={state} onClose={() => onDone(false)} />;
  return (
    <section
      aria-label={t("voice.title")}
      className="flex min-w-0 flex-1 items-center gap-1"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onDone(false);
      }}
    >
      {!isHeld && (
        <IconButton label={t("voice.cancel")} side="top" onClick={() => onDone(false)} className="text-danger!">
          <Trash2 />
        </IconButton>
      )}
      {heard ? (
        <Listen recorded={heard} />
      ) : (
        <Live seconds={recorder.seconds} levels={recorder.levels} isAsking={state === "asking"} isHeld={isHeld} />
      )}
      {!isHeld && !heard && (
        <IconButton label={t("voice.stop")} side="top" disabled={state === "asking"} onClick={() => void stop()}>
          <Square fill="currentColor" />
        </IconButton>
      )}
      {heard && !ended.current && (
        <IconButton label={t("voice.goOn")} side="top" onClick={goOn} className="text-danger!">
          <Mic />
        </IconButton>
      )}
      {!isHeld && (
        <IconButton
          label={t("send")}
          side="top"
          disabled={state === "asking"}
          onClick={() => void submit()}
          ref={button}
          className="bg-accent text-on-accent hover:bg-accent-hover! hover:text-on-accent"
        >
          <SendHorizontal className="rtl:-scale-x-100" />
        </IconButton>
      )}
    </section>
  );
}

/** Recordings are told from other sounds by their names. */
function nameOf({ blob }: Recorded): string {
  const at = new Date(now()).toISOString().slice(0, 19).replaceAll(":", "-");
  return `voice-${at}.${blob.type.split("/")[1] ?? "webm"}`;
}

const shownBars = 48;

type LiveProps = { seconds: number; levels: readonly number[]; isAsking: boolean; isHeld: boolean };

function Live({ seconds, levels, isAsking, isHeld }: LiveProps): ReactNode {
  const { t, i18n } = useTranslation("composer");
  const bars = levels.slice(-shownBars);
  return (
    <div className="flex h-10 min-w-0 flex-1 items-center gap-3 rounded-full bg-hover px-4">
      {isAsking ? (
        <Spinner className="size-4" />
      ) : (
        <Mic aria-hidden className="size-4 shrink-0 animate-pulse-soft text-danger" />
      )}
      <span role="timer" aria-label={t("voice.time")} className="text-sm tabular-nums">
        {formatDuration(Math.floor(seconds) * 1000, i18n.language)}
      </span>
      {isHeld && (
        <span className="flex min-w-0 items-center gap-1 text-sm text-muted">
          <ChevronLeft aria-hidden className="size-4 shrink-0 rtl:-scale-x-100" />
          <span className="truncate">{t("voice.slide")}</span>
        </span>
      )}
      <span aria-hidden dir="ltr" className="flex h-6 min-w-0 flex-1 items-center justify-end gap-0.5 overflow-hidden">
        {bars.map((level, at) => (
          <span
            // A bar is the moment that it stands for.
            // biome-ignore lint/suspicious/noArrayIndexKey: moments have no name but their place
            key={levels.length - bars.length + at}
            style={{ height: `${Math.max(12, Math.round(level * 100))}%` }}
            className="w-0.75 shrink-0 rounded-full bg-accent"
          />
        ))}
      </span>
    </div>
  );
}

function Listen({ recorded }: { recorded: Recorded }): ReactNode {
  const [source, setSource] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(recorded.blob);
    setSource(made);
    return () => URL.revokeObjectURL(made);
  }, [recorded]);
  return (
    <div className="min-w-0 flex-1">
      <VoicePlayer source={source} durationMs={recorded.durationMs} waveform={recorded.peaks} />
    </div>
  );
}

function Problem({ kind, onClose }: { kind: "refused" | "missing"; onClose(): void }): ReactNode {
  const { t } = useTranslation("composer");
  return (
    <div role="alert" className="flex flex-1 items-center gap-2 ps-2 text-sm text-muted">
      <span className="flex-1">{t(`voice.${kind}`)}</span>
      <IconButton label={t("voice.cancel")} onClick={onClose} side="top">
        <Trash2 />
      </IconButton>
    </div>
  );
}

/** The others see that somebody is recording. */
function useSaysRecording(roomId: string, isRecording: boolean): void {
  const { setTyping } = useTyping(roomId);
  useEffect(() => {
    if (!isRecording) return undefined;
    setTyping(true, "voice");
    const timer = setInterval(() => setTyping(true, "voice"), 2_000);
    return () => {
      clearInterval(timer);
      setTyping(false, "voice");
    };
  }, [isRecording, setTyping]);
}
