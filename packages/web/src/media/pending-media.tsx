/** A file that is on its way to the server, as the bubble shows it. */
import { type OutboxControl, useOutbox } from "@pipit/react";
import { Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "../ui/use-attempt.ts";
import { toBox } from "./box-size.ts";
import { DocumentText } from "./document-box.tsx";
import { useLocalPreview } from "./local-previews.ts";
import { cleanFileName } from "./media-format.ts";
import { type MediaMessage, type MediaShape, toShape } from "./media-shape.ts";
import { Frame } from "./picture-box.tsx";
import { UploadRing } from "./upload-ring.tsx";
import { ViewOnceSeal } from "./view-once-seal.tsx";

type Attachment = { blob: Blob; fileName: string; isViewOnce: boolean };

export function PendingMedia({ message }: { message: MediaMessage }): ReactNode {
  const { items, retry, discard } = useOutbox();
  const key = message.key ?? message.id;
  const attachment = findAttachment(items, key);
  if (!attachment) return null;
  const isFailed = message.delivery === "failed";
  const upload = { id: key, isFailed, onRetry: () => void retry(key), onCancel: () => void discard(key) };
  const shape = toShape({
    messageType: message.message_type,
    mimeType: attachment.blob.type,
    fileName: attachment.fileName,
    hasPoster: false,
  });
  return (
    <div className="space-y-1.5">
      <Body attachment={attachment} shape={shape} upload={upload} />
      {isFailed && <Failed message={message} onDiscard={upload.onCancel} />}
    </div>
  );
}

type Upload = { id: string; isFailed: boolean; onRetry(): void; onCancel(): void };
type BodyProps = { attachment: Attachment; shape: MediaShape; upload: Upload };

function Body({ attachment, shape, upload }: BodyProps): ReactNode {
  if (attachment.isViewOnce) return <ViewOnceSeal shape={shape} icon={<UploadRing {...upload} />} />;
  if (shape === "picture" || shape === "gif" || shape === "film")
    return <PendingPicture attachment={attachment} isFilm={shape === "film"} upload={upload} />;
  return (
    <div className="flex w-72 max-w-full items-center gap-3 rounded-xl bg-quote p-2.5">
      <UploadRing {...upload} />
      <PendingText attachment={attachment} isVoice={shape === "voice"} />
    </div>
  );
}

function PendingText({ attachment, isVoice }: { attachment: Attachment; isVoice: boolean }): ReactNode {
  const { t } = useTranslation("media");
  const name = isVoice ? t("voiceMessage") : cleanFileName(attachment.fileName);
  return <DocumentText name={name} size={attachment.blob.size} />;
}

type PendingPictureProps = { attachment: Attachment; isFilm: boolean; upload: Upload };

function PendingPicture({ attachment, isFilm, upload }: PendingPictureProps): ReactNode {
  const preview = useLocalPreview(upload.id, attachment.blob);
  return (
    <Frame box={toBox(preview?.width, preview?.height)}>
      {preview && isFilm && (
        <video
          src={preview.url}
          muted
          playsInline
          preload="metadata"
          className="absolute inset-0 size-full object-cover"
        />
      )}
      {preview && !isFilm && (
        <img src={preview.url} alt="" draggable={false} className="absolute inset-0 size-full object-cover" />
      )}
      <div className="absolute inset-0 flex items-center justify-center bg-black/15">
        <UploadRing {...upload} isOverlay />
      </div>
    </Frame>
  );
}

function Failed({ message, onDiscard }: { message: MediaMessage; onDiscard(): void }): ReactNode {
  const { t } = useTranslation("media");
  const { t: ui } = useTranslation("ui");
  const texts = ui("errors", { returnObjects: true }) as Record<string, string>;
  const say = useErrorText();
  return (
    <div role="alert" className="flex items-center gap-2 text-xs text-danger">
      <span className="min-w-0 flex-1">{texts[message.error?.code ?? ""] ?? say(undefined)}</span>
      <button
        type="button"
        onClick={onDiscard}
        className="inline-flex min-h-10 items-center gap-1.5 rounded-lg px-2 font-semibold hover:bg-danger-soft"
      >
        <Trash2 aria-hidden className="size-4" />
        {t("discard")}
      </button>
    </div>
  );
}

function findAttachment(items: OutboxControl["items"], key: string): Attachment | undefined {
  const action = items.find((item) => item.id === key)?.action;
  if (action?.kind !== "send" || !action.attachment) return undefined;
  const { blob, fileName } = action.attachment;
  return { blob, fileName, isViewOnce: action.isViewOnce === true };
}
