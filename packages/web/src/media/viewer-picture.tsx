/** A picture over the whole page. */
import type { MediaVariant } from "@pipit/client/media-files";
import type { Message } from "@pipit/protocol/models/message";
import { ZoomIn, ZoomOut } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "../ui/notices.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { useErrorText } from "../ui/use-attempt.ts";
import { toBox } from "./box-size.ts";
import { toVariant } from "./picture-size.ts";
import { toPlaceholder } from "./thumbhash.ts";
import { useMediaFile } from "./use-media-file.ts";
import { useViewerKeys } from "./use-viewer-keys.ts";
import { useZoom } from "./use-zoom.ts";
import { ViewerButton } from "./viewer-button.tsx";

type Medium = NonNullable<Message["media"]>;
type ViewerPictureProps = {
  media: Medium;
  isKept: boolean;
  /** `1`: to the one at the right on the screen. */
  onSwipe(direction: -1 | 1): void;
  onClose(): void;
};

/** What fits a screen; from this scale on, all that there is. */
const screen: MediaVariant = { width: 1280, height: 1280, fit: "contain", format: "webp" };
const originalFrom = 1.5;
const keyFactor = 1.4;

export function ViewerPicture({ media, isKept, onSwipe, onClose }: ViewerPictureProps): ReactNode {
  const { t } = useTranslation("media");
  const say = useErrorText();
  const area = useRef<HTMLDivElement>(null);
  const zoom = useZoom(area, { onSwipe, onSwipeDown: onClose });
  const isWhole = media.thumbnail_url === null || media.mime_type === "image/gif";
  const fitting = useMediaFile(media.url, { ...(isWhole ? {} : screen), isKept });
  const isClose = zoom.scale >= originalFrom && !isWhole && media.mime_type !== "image/heic";
  const original = useMediaFile(isClose ? media.url : undefined, { isKept });
  useViewerKeys((key) => {
    if (key === "+" || key === "=") zoom.by(keyFactor);
    if (key === "-") zoom.by(1 / keyFactor);
    if (key === "0") zoom.reset();
  });
  // The bubble's is here already: nothing blinks while the larger one comes.
  const small = useMediaFile(isWhole ? undefined : media.url, {
    ...toVariant(toBox(media.width, media.height)),
    isKept,
  });
  const url = original.url ?? fitting.url ?? small.url;
  const placeholder = toPlaceholder(media.thumbhash);
  return (
    <div ref={area} className="relative size-full touch-none overflow-hidden" {...zoom.handlers}>
      <div
        className={zoom.isHeld ? "size-full" : "size-full transition-transform duration-150"}
        style={{ transform: `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale})` }}
      >
        <Fitted media={media}>
          {placeholder && !url && (
            <img src={placeholder} alt="" className="absolute inset-0 size-full" draggable={false} />
          )}
          {url && (
            <img
              src={url}
              alt={t("photo")}
              draggable={false}
              className="absolute inset-0 size-full animate-fade object-contain select-none"
            />
          )}
        </Fitted>
      </div>
      {!fitting.url && fitting.status === "loading" && (
        <span
          role="status"
          aria-label={t("loading")}
          className="absolute inset-0 flex items-center justify-center text-white"
        >
          <Spinner className="size-9" />
        </span>
      )}
      {fitting.status === "failed" && !url && (
        <div className="absolute inset-0 m-auto h-fit max-w-sm rounded-2xl bg-raised">
          <Failure text={say(fitting.error)} onRetry={fitting.retry} />
        </div>
      )}
      <div className="absolute end-3 bottom-3 hidden gap-1 rounded-full bg-black/50 sm:flex">
        <ViewerButton label={t("zoomOut")} side="top" disabled={zoom.scale <= 1} onClick={() => zoom.by(1 / keyFactor)}>
          <ZoomOut />
        </ViewerButton>
        <ViewerButton label={t("zoomIn")} side="top" disabled={zoom.scale >= 8} onClick={() => zoom.by(keyFactor)}>
          <ZoomIn />
        </ViewerButton>
      </div>
    </div>
  );
}

/** As large as the page has room for, in the picture's own shape: the blur stands just where it will be. */
function Fitted({ media: { width, height }, children }: { media: Medium; children: ReactNode }): ReactNode {
  const shape =
    width && height ? { aspectRatio: `${width} / ${height}`, maxWidth: `max(${width}px, 20rem)` } : undefined;
  return (
    <div className="flex size-full items-center justify-center [container-type:size]">
      <div
        className={shape ? "relative max-h-full" : "relative size-full"}
        style={shape && { ...shape, width: `min(100cqw, 100cqh * ${(width ?? 1) / (height ?? 1)})` }}
      >
        {children}
      </div>
    </div>
  );
}
