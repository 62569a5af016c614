/** A picture or film in a bubble: its box is there at once, then a blur, then the picture. */
import type { Message } from "@pipit/protocol/models/message";
import { CircleAlert, Play, RotateCw } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../ui/class-names.ts";
import { useErrorText } from "../ui/use-attempt.ts";
import { useMediaQuery } from "../ui/use-media-query.ts";
import { type Box, toBox } from "./box-size.ts";
import { findLocalPreview } from "./local-previews.ts";
import { formatBytes, formatDuration } from "./media-format.ts";
import type { MediaMessage, MediaShape } from "./media-shape.ts";
import { toVariant } from "./picture-size.ts";
import { toPlaceholder } from "./thumbhash.ts";
import { type MediaFileView, useMediaFile } from "./use-media-file.ts";

type PictureBoxProps = { message: MediaMessage; shape: MediaShape; onOpen(): void };
type Medium = NonNullable<Message["media"]>;

/** Larger ones stand still until they are opened. */
const largestMovingBytes = 8_000_000;

export function PictureBox({ message, shape, onOpen }: PictureBoxProps): ReactNode {
  const { t, i18n } = useTranslation("media");
  const { media } = message;
  const box = toBox(media?.width ?? message.meta_data.media?.width, media?.height ?? message.meta_data.media?.height);
  const file = useBoxFile(message, shape, box);
  if (!media) return null;
  const isPending = media.status === "pending";
  return (
    <Frame box={box}>
      <button
        type="button"
        onClick={onOpen}
        disabled={isPending}
        aria-label={t(shape === "film" ? "openVideo" : "openPhoto")}
        className="absolute inset-0 size-full overflow-hidden rounded-[inherit]"
      >
        <Layers media={media} file={file} localUrl={findLocalPreview(message.key)?.url} isFilm={shape === "film"} />
        {shape === "film" && !isPending && <PlayMark />}
      </button>
      {isPending && <Note text={t("checking")} isBusy />}
      {!isPending && file.status === "failed" && <LoadFailure file={file} />}
      {shape === "film" && (
        <Badge
          text={
            media.duration === null
              ? formatBytes(media.size, i18n.language)
              : formatDuration(media.duration * 1000, i18n.language)
          }
        />
      )}
      {shape === "gif" && <Badge text={t("gif")} />}
    </Frame>
  );
}

/** A box of a size that does not depend on what will be in it; narrower only where the bubble is. */
export function Frame({ box, children }: { box: Box; children: ReactNode }): ReactNode {
  return (
    <div
      className="relative max-w-full overflow-hidden rounded-xl bg-muted/15"
      style={{ width: box.width, aspectRatio: `${box.width} / ${box.height}` }}
    >
      {children}
    </div>
  );
}

function Badge({ text }: { text: string }): ReactNode {
  return (
    <span className="pointer-events-none absolute start-2 top-2 rounded-full bg-black/55 px-2 py-0.5 text-xs font-medium text-white tabular-nums">
      {text}
    </span>
  );
}

function PlayMark(): ReactNode {
  return (
    <span aria-hidden className="absolute inset-0 flex items-center justify-center">
      <span className="flex size-13 items-center justify-center rounded-full bg-black/55 text-white">
        <Play className="ms-0.5 size-6" fill="currentColor" />
      </span>
    </span>
  );
}

function useBoxFile({ media, expires_at }: MediaMessage, shape: MediaShape, box: Box): MediaFileView {
  const isStill = useMediaQuery("(prefers-reduced-motion: reduce)");
  const isMoving = shape === "gif" && !isStill && media !== undefined && media.size <= largestMovingBytes;
  const hasPicture = media?.status === "ready" && (media.thumbnail_url !== null || shape !== "film");
  // Without smaller ones there is the original.
  const isOriginal = isMoving || media?.thumbnail_url === null;
  const options = isOriginal ? {} : toVariant(box);
  // What disappears leaves nothing behind.
  return useMediaFile(hasPicture ? media.url : undefined, { ...options, isKept: expires_at === null });
}

type LayersProps = { media: Medium; file: MediaFileView; localUrl: string | undefined; isFilm: boolean };

function Layers({ media, file, localUrl, isFilm }: LayersProps): ReactNode {
  const placeholder = toPlaceholder(media.thumbhash);
  const [shown, setShown] = useState<string>();
  const { url } = file;
  const isWaiting = shown === undefined && file.status === "loading" && !localUrl && !isFilm;
  return (
    <>
      {placeholder && (
        <img
          src={placeholder}
          alt=""
          draggable={false}
          // It would show through what is transparent.
          className={classNames(
            "absolute inset-0 size-full object-cover transition-opacity delay-150 duration-200",
            shown !== undefined && shown === url && "opacity-0",
          )}
        />
      )}
      {localUrl && (shown === undefined || shown !== url) && !isFilm && (
        <img src={localUrl} alt="" className="absolute inset-0 size-full object-cover" draggable={false} />
      )}
      {isWaiting && !placeholder && <span className="absolute inset-0 animate-pulse-soft bg-line" />}
      {url && (
        <img
          src={url}
          alt=""
          draggable={false}
          decoding="async"
          onLoad={() => setShown(url)}
          className={classNames(
            "absolute inset-0 size-full object-cover transition-opacity duration-200",
            shown !== url && "opacity-0",
          )}
        />
      )}
    </>
  );
}

function LoadFailure({ file }: { file: MediaFileView }): ReactNode {
  const { t } = useTranslation("ui");
  const say = useErrorText();
  return (
    <div className="absolute inset-0 flex flex-col items-center justify-center gap-2 bg-black/40 p-3 text-center text-xs text-white">
      <span className="line-clamp-2">{say(file.error)}</span>
      <button
        type="button"
        onClick={file.retry}
        className="inline-flex min-h-10 items-center gap-1.5 rounded-full bg-black/60 px-4 font-semibold hover:bg-black/75"
      >
        <RotateCw aria-hidden className="size-4" />
        {t("retry")}
      </button>
    </div>
  );
}

/** Says why there is nothing to open. */
function Note({ text, isBusy = false }: { text: string; isBusy?: boolean }): ReactNode {
  return (
    <div className="absolute inset-0 flex items-center justify-center p-3">
      <span
        role="status"
        className={classNames(
          "inline-flex items-center gap-1.5 rounded-full bg-black/60 px-3 py-1.5 text-xs font-medium text-white",
          isBusy && "animate-pulse-soft",
        )}
      >
        {!isBusy && <CircleAlert aria-hidden className="size-4" />}
        {text}
      </span>
    </div>
  );
}
