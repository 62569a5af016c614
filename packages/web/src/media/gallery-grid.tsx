/** All pictures and films of a room. */
import type { Message } from "@pipit/protocol/models/message";
import { Image, Play } from "lucide-react";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { useTimes } from "../messages/use-times.ts";
import { GalleryFrame } from "./gallery-frame.tsx";
import { formatDuration } from "./media-format.ts";
import { findShape, isViewable } from "./media-shape.ts";
import { toVariant } from "./picture-size.ts";
import { toPlaceholder } from "./thumbhash.ts";
import { useMediaFile } from "./use-media-file.ts";
import { useRoomMedia } from "./use-room-media.ts";

export function GalleryGrid({ roomId }: { roomId: string }): ReactNode {
  const { t } = useTranslation("media");
  const media = useRoomMedia(roomId, isViewable);
  return (
    <GalleryFrame media={media} icon={Image} emptyText={t("noMedia")}>
      {(messages) => (
        <ul className="grid grid-cols-3 gap-1 px-3">
          {messages.map((message) => (
            <li key={message.id}>
              <Tile message={message} />
            </li>
          ))}
        </ul>
      )}
    </GalleryFrame>
  );
}

const side = 116;

const Tile = memo(function Tile({ message }: { message: Message }): ReactNode {
  const { t, i18n } = useTranslation("media");
  const go = useGo();
  const times = useTimes();
  const { media, expires_at } = message;
  const isFilm = findShape(message) === "film";
  const hasPicture = media?.status === "ready" && (media.thumbnail_url !== null || !isFilm);
  const options = media?.thumbnail_url === null ? {} : toVariant({ width: side, fit: "cover" });
  const { url } = useMediaFile(hasPicture ? media.url : undefined, { ...options, isKept: expires_at === null });
  const placeholder = toPlaceholder(media?.thumbhash);
  const time = times.moment(message.created_at);
  const length = media?.duration == null ? "" : formatDuration(media.duration * 1000, i18n.language);
  return (
    <button
      type="button"
      aria-label={isFilm ? t("videoAt", { length, time }) : t("photoAt", { time })}
      onClick={() => go.view(message.id)}
      className="relative block aspect-square w-full overflow-hidden rounded-lg bg-line"
    >
      {placeholder && (
        <img src={placeholder} alt="" draggable={false} className="absolute inset-0 size-full object-cover" />
      )}
      {url && (
        <img src={url} alt="" draggable={false} className="absolute inset-0 size-full animate-fade object-cover" />
      )}
      {isFilm && (
        <span
          aria-hidden
          className="absolute inset-x-0 bottom-0 flex items-center gap-1 bg-gradient-to-t from-black/65 to-transparent p-1.5 pt-4 text-xs text-white tabular-nums"
        >
          <Play className="size-3.5" fill="currentColor" />
          {length}
        </span>
      )}
    </button>
  );
});
