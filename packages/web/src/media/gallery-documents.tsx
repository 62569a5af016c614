/** All documents of a room. */
import type { Message } from "@pipit/protocol/models/message";
import { FileText, LoaderCircle, MessageSquareText } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { useTimes } from "../messages/use-times.ts";
import { IconButton } from "../ui/button.tsx";
import { DocumentIcon } from "./document-icon.tsx";
import { GalleryFrame } from "./gallery-frame.tsx";
import { cleanFileName, formatBytes } from "./media-format.ts";
import { findShape } from "./media-shape.ts";
import { useSaveFile } from "./save-file.ts";
import { useRoomMedia } from "./use-room-media.ts";

export function GalleryDocuments({ roomId }: { roomId: string }): ReactNode {
  const { t } = useTranslation("media");
  const media = useRoomMedia(roomId, isDocument);
  return (
    <GalleryFrame media={media} icon={FileText} emptyText={t("noDocuments")}>
      {(messages) => (
        <ul className="px-2">
          {messages.map((message) => (
            <Row key={message.id} message={message} />
          ))}
        </ul>
      )}
    </GalleryFrame>
  );
}

function isDocument(message: Message): boolean {
  const shape = findShape(message);
  return shape === "document" || shape === "audio";
}

function Row({ message }: { message: Message }): ReactNode {
  const { t, i18n } = useTranslation("media");
  const go = useGo();
  const times = useTimes();
  const { save, isBusy } = useSaveFile();
  const { media } = message;
  if (!media) return null;
  const name = cleanFileName(media.file_name);
  return (
    <li className="flex items-center gap-1">
      <button
        type="button"
        disabled={isBusy || media.status === "pending"}
        onClick={() => void save(media)}
        className="flex min-w-0 flex-1 items-center gap-3 rounded-xl px-2 py-2.5 text-start hover:bg-hover"
      >
        <span className="sr-only">{t("download")}</span>
        <DocumentIcon mimeType={media.mime_type} fileName={media.file_name} />
        <span className="min-w-0 flex-1">
          <span dir="auto" className="block truncate text-sm font-medium">
            {name}
          </span>
          <span className="block truncate text-xs text-muted">
            {formatBytes(media.size, i18n.language)} · {times.day(message.created_at)}
          </span>
        </span>
        {isBusy && <LoaderCircle aria-hidden className="size-5 animate-spin text-muted" />}
      </button>
      <IconButton label={t("goToMessage")} onClick={() => go.room(message.room_id, { at: message.sequence_number })}>
        <MessageSquareText />
      </IconButton>
    </li>
  );
}
