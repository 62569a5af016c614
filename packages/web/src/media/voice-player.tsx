/** Plays a recording: a message's, or one that is about to be sent. */
import { CircleAlert, LoaderCircle, Pause, Play } from "lucide-react";
import { type ReactNode, useEffect, useId, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../ui/class-names.ts";
import { formatDuration } from "./media-format.ts";
import {
  addFollower,
  endVoice,
  findVoice,
  pauseVoice,
  playVoice,
  readSpeed,
  seekVoice,
  subscribeToVoice,
  turnSpeed,
  type VoiceState,
} from "./voice-stage.ts";
import { Waveform } from "./waveform.tsx";

export type VoicePlayerProps = {
  /** An address to play from; undefined until it is there. */
  source: string | undefined;
  durationMs: number;
  /** Peaks from 0 to 100. */
  waveform?: readonly number[] | null | undefined;
  /** Somebody wants to hear it, and there is no source yet. */
  onNeedSource?(): void;
  /** Names it for as long as the page is there: it goes on when the component is away. Without one it ends with it. */
  id?: string | undefined;
  /** What plays after it, if that is on the screen. */
  nextId?: string | undefined;
  /** Why there will be no source. */
  isBroken?: boolean | undefined;
};

export function VoicePlayer(props: VoicePlayerProps): ReactNode {
  const { source, waveform, id, isBroken = false } = props;
  const ownId = useId();
  const name = id ?? ownId;
  const { t, i18n } = useTranslation("media");
  const voice = useSyncExternalStore(subscribeToVoice, () => findVoice(name));
  const durationMs = props.durationMs || voice.lengthMs;
  const { isWanted, toggle } = usePlay(props, name, voice);
  const isPlaying = voice.status === "playing";
  const isLoading = isWanted || voice.status === "loading";
  const isFailed = isBroken || voice.status === "failed";
  const shownMs = voice.status === "idle" || voice.positionMs === 0 ? durationMs : voice.positionMs;
  return (
    <div className="flex w-full min-w-52 items-center gap-2.5" aria-busy={isLoading || undefined}>
      <button
        type="button"
        aria-label={t(isPlaying ? "pause" : "play")}
        disabled={isFailed && source === undefined}
        onClick={(event) => {
          event.stopPropagation();
          toggle();
        }}
        className="flex size-10 shrink-0 items-center justify-center rounded-full bg-accent text-on-accent transition-colors hover:bg-accent-hover disabled:opacity-50"
      >
        <PlayIcon isFailed={isFailed} isLoading={isLoading} isPlaying={isPlaying} />
      </button>
      <div className="min-w-0 flex-1">
        <Waveform
          peaks={waveform}
          positionMs={voice.positionMs}
          durationMs={durationMs}
          onSeek={(positionMs) => seekVoice(name, positionMs)}
        />
        <div className="flex h-6 items-center gap-3">
          <p
            className={classNames("text-xs tabular-nums", isFailed ? "text-danger" : "text-muted")}
            role={isFailed ? "alert" : undefined}
          >
            {isFailed ? t("cantPlay") : formatDuration(shownMs, i18n.language)}
          </p>
          {voice.status !== "idle" && !isFailed && <SpeedButton />}
        </div>
      </div>
    </div>
  );
}

/** Pressing it before there is a source asks for one, and plays as soon as it has come. */
function usePlay(
  { source, onNeedSource, id, nextId }: VoicePlayerProps,
  name: string,
  voice: VoiceState,
): { isWanted: boolean; toggle(): void } {
  const [isWanted, setWanted] = useState(false);
  useEffect(() => {
    if (!isWanted || source === undefined) return;
    setWanted(false);
    playVoice(name, source, nextId);
  }, [isWanted, source, name, nextId]);
  const play = (): void => {
    if (source === undefined) onNeedSource?.();
    setWanted(true);
  };
  useEffect(() => (id === undefined ? undefined : addFollower(id, { play })));
  useEffect(() => (id === undefined ? () => endVoice(name) : undefined), [id, name]);
  const toggle = (): void => {
    if (voice.status === "playing") pauseVoice(name);
    else play();
  };
  return { isWanted, toggle };
}

function PlayIcon({
  isFailed,
  isLoading,
  isPlaying,
}: Record<"isFailed" | "isLoading" | "isPlaying", boolean>): ReactNode {
  if (isFailed) return <CircleAlert aria-hidden className="size-5" />;
  if (isLoading) return <LoaderCircle aria-hidden className="size-5 animate-spin" />;
  if (isPlaying) return <Pause aria-hidden className="size-5" fill="currentColor" />;
  return <Play aria-hidden className="ms-0.5 size-5" fill="currentColor" />;
}

/** Speed is of interest to those alone who listen. */
function SpeedButton(): ReactNode {
  const { t, i18n } = useTranslation("media");
  const speed = useSyncExternalStore(subscribeToVoice, readSpeed);
  const text = t("speed", { speed: new Intl.NumberFormat(i18n.language).format(speed) });
  return (
    <button
      type="button"
      aria-label={t("changeSpeed", { speed: text })}
      onClick={(event) => {
        event.stopPropagation();
        turnSpeed();
      }}
      // Larger to fingers than to the eye.
      className="relative h-6 w-11 shrink-0 animate-fade rounded-full bg-quote text-xs font-semibold text-ink tabular-nums before:absolute before:-inset-2 hover:brightness-95"
    >
      {text}
    </button>
  );
}
