/** The bars of a recording: how far it has played, and where to go on. */
import { type KeyboardEvent, memo, type PointerEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { formatDuration } from "./media-format.ts";

type WaveformProps = {
  /** Peaks from 0 to 100. */
  peaks: readonly number[] | null | undefined;
  positionMs: number;
  durationMs: number;
  onSeek(positionMs: number): void;
};

const bars = 44;
const stepMs = 5_000;
const flat: readonly number[] = Array.from({ length: bars }, () => 12);

/** Time runs from left to right in all languages, as in all players. */
export function Waveform({ peaks, positionMs, durationMs, onSeek }: WaveformProps): ReactNode {
  const { t, i18n } = useTranslation("media");
  const share = durationMs > 0 ? Math.min(1, positionMs / durationMs) : 0;
  const seekTo = (ms: number): void => onSeek(Math.min(Math.max(0, ms), Math.max(0, durationMs - 50)));
  const seekByPointer = (event: PointerEvent<HTMLDivElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    seekTo(((event.clientX - left) / width) * durationMs);
  };
  const seekByKey = (event: KeyboardEvent): void => {
    const moves: Record<string, number> = {
      ArrowRight: positionMs + stepMs,
      ArrowUp: positionMs + stepMs,
      ArrowLeft: positionMs - stepMs,
      ArrowDown: positionMs - stepMs,
      Home: 0,
      End: durationMs,
    };
    const target = moves[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    seekTo(target);
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      dir="ltr"
      aria-label={t("position")}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationMs / 1000)}
      aria-valuenow={Math.round(positionMs / 1000)}
      aria-valuetext={formatDuration(positionMs, i18n.language)}
      onKeyDown={seekByKey}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seekByPointer(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) seekByPointer(event);
      }}
      className="relative h-8 w-full cursor-pointer touch-none rounded"
    >
      <Bars peaks={peaks} className="text-muted/50" />
      <div className="absolute inset-0" style={{ clipPath: `inset(0 ${(1 - share) * 100}% 0 0)` }}>
        <Bars peaks={peaks} className="text-accent" />
      </div>
      <span
        aria-hidden
        className="absolute top-1/2 size-3 -translate-x-1/2 -translate-y-1/2 rounded-full bg-accent"
        style={{ left: `${share * 100}%` }}
      />
    </div>
  );
}

type BarsProps = { peaks: WaveformProps["peaks"]; className: string };

const Bars = memo(function Bars({ peaks, className }: BarsProps): ReactNode {
  const heights = toBars(peaks);
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${bars * 4} 32`}
      preserveAspectRatio="none"
      className={`absolute inset-0 size-full ${className}`}
    >
      {heights.map((height, place) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: bars have no name but their place
          key={place}
          x={place * 4 + 0.75}
          y={16 - height / 2}
          width={2.5}
          height={height}
          rx={1.25}
          fill="currentColor"
        />
      ))}
    </svg>
  );
});

/** As many as there is room for, each the loudest of those that it stands for. */
function toBars(peaks: readonly number[] | null | undefined): number[] {
  const from = peaks && peaks.length > 0 ? peaks : flat;
  const loudest = Math.max(...from, 1);
  return Array.from({ length: bars }, (_, bar) => {
    const begin = Math.floor((bar * from.length) / bars);
    const end = Math.max(begin + 1, Math.floor(((bar + 1) * from.length) / bars));
    const peak = Math.max(...from.slice(begin, end)) / (from === flat ? 100 : loudest);
    return Math.max(3, Math.round(peak * 28));
  });
}
