/** A message as a row of a list, which leads to its place. */
import type { Message } from "@pipit/protocol/models/message";
import { useUser } from "@pipit/react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { findShape, isViewable } from "../media/media-shape.ts";
import { toVariant } from "../media/picture-size.ts";
import { toPlaceholder } from "../media/thumbhash.ts";
import { useMediaFile } from "../media/use-media-file.ts";
import { useIdentity } from "../session/session.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { useMessageSummary } from "./message-summary.ts";
import { useTimes } from "./use-times.ts";

type MessageRowProps = {
  message: Message;
  /** Where it was said; left out where that is plain. */
  roomTitle?: string | undefined;
  onOpen(): void;
};

export function MessageRow({ message, roomTitle, onOpen }: MessageRowProps): ReactNode {
  const { t } = useTranslation("conversation");
  const { userId } = useIdentity();
  const sender = useUser(message.sender_id);
  const summarise = useMessageSummary();
  const { day } = useTimes();
  const name = message.sender_id === userId ? t("you") : (sender?.name ?? message.sender_id);
  return (
    <button
      type="button"
      onClick={onOpen}
      className="flex w-full items-start gap-3.5 rounded-2xl px-3 py-3 text-start hover:bg-hover"
    >
      <Avatar id={message.sender_id} name={sender?.name ?? name} url={sender?.avatar_url} size={42} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span dir="auto" className="min-w-0 flex-1 truncate text-start font-medium">
            <bdi>{name}</bdi>
            {roomTitle && roomTitle !== sender?.name && (
              <span className="text-muted">
                {" · "}
                <bdi>{roomTitle}</bdi>
              </span>
            )}
          </span>
          <time dateTime={message.created_at} className="shrink-0 text-xs text-muted">
            {day(message.created_at)}
          </time>
        </span>
        <span dir="auto" className="mt-0.5 line-clamp-2 text-start text-sm text-muted">
          {summarise(message)}
        </span>
      </span>
      {isViewable(message) && <Thumbnail message={message} />}
    </button>
  );
}

const side = 44;

/** What the words beside it name already, for eyes alone. */
function Thumbnail({ message }: { message: Message }): ReactNode {
  const { media, expires_at } = message;
  const hasPicture = media?.status === "ready" && (media.thumbnail_url !== null || findShape(message) !== "film");
  const options = media?.thumbnail_url === null ? {} : toVariant({ width: side, fit: "cover" });
  const { url } = useMediaFile(hasPicture ? media.url : undefined, { ...options, isKept: expires_at === null });
  const picture = url ?? toPlaceholder(media?.thumbhash);
  if (picture === undefined) return null;
  return (
    <img
      src={picture}
      alt=""
      width={side}
      height={side}
      draggable={false}
      className="size-11 shrink-0 rounded-lg bg-line object-cover"
    />
  );
}
