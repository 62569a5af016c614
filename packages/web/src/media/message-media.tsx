/** What a bubble shows of a picture, film, recording or file. */
import { FileX } from "lucide-react";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { DocumentBox } from "./document-box.tsx";
import { findShape, isEcho, type MediaMessage } from "./media-shape.ts";
import { PendingMedia } from "./pending-media.tsx";
import { PictureBox } from "./picture-box.tsx";
import { SoundBox } from "./sound-box.tsx";
import { ViewOnceBox } from "./view-once-box.tsx";

type MessageMediaProps = {
  message: MediaMessage;
  isOwn: boolean;
  /** Shows it over the whole page. */
  onOpen(): void;
};

/** The caption is the bubble's. */
export const MessageMedia = memo(function MessageMedia({ message, isOwn, onOpen }: MessageMediaProps): ReactNode {
  if (message.is_deleted) return null;
  if (isEcho(message)) return <PendingMedia message={message} />;
  if (message.view_once) return <ViewOnceBox message={message} isOwn={isOwn} onOpen={onOpen} />;
  const shape = findShape(message);
  if (message.is_media_removed || !message.media || !shape) return message.is_media_removed ? <Removed /> : null;
  if (shape === "document") return <DocumentBox media={message.media} />;
  if (shape === "voice" || shape === "audio") return <SoundBox message={message} isVoice={shape === "voice"} />;
  return <PictureBox message={message} shape={shape} onOpen={onOpen} />;
});

function Removed(): ReactNode {
  const { t } = useTranslation("media");
  return (
    <p className="flex items-center gap-2 rounded-xl bg-quote px-3 py-2.5 text-sm text-muted italic">
      <FileX aria-hidden className="size-5 shrink-0" />
      {t("removed")}
    </p>
  );
}
