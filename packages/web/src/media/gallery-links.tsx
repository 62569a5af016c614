/** All links of a room. */
import type { Message } from "@pipit/protocol/models/message";
import { Link, MessageSquareText } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { parseText, type Span } from "../messages/parse-text.ts";
import { useTimes } from "../messages/use-times.ts";
import { IconButton } from "../ui/button.tsx";
import { GalleryFrame } from "./gallery-frame.tsx";
import { useRoomMedia } from "./use-room-media.ts";

type FoundLink = Extract<Span, { kind: "link" }>;

export function GalleryLinks({ roomId }: { roomId: string }): ReactNode {
  const { t } = useTranslation("media");
  const media = useRoomMedia(roomId, hasLink);
  return (
    <GalleryFrame media={media} icon={Link} emptyText={t("noLinks")}>
      {(messages) => (
        <ul className="px-2">
          {messages.flatMap((message) =>
            findLinks(message).map((link) => <Row key={`${message.id} ${link.href}`} message={message} link={link} />),
          )}
        </ul>
      )}
    </GalleryFrame>
  );
}

function Row({ message, link }: { message: Message; link: FoundLink }): ReactNode {
  const { t } = useTranslation("media");
  const go = useGo();
  const times = useTimes();
  const host = URL.canParse(link.href) ? new URL(link.href).hostname.replace(/^www\./, "") : link.text;
  return (
    <li className="flex items-center gap-1">
      <a
        href={link.href}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="flex min-w-0 flex-1 items-center gap-3 rounded-xl px-2 py-2.5 hover:bg-hover"
      >
        <span
          aria-hidden
          className="flex size-11 shrink-0 items-center justify-center rounded-xl bg-accent-soft text-lg font-bold text-accent uppercase"
        >
          {[...host][0]}
        </span>
        <span className="min-w-0 flex-1">
          <span dir="ltr" className="block truncate text-start text-sm font-medium text-link rtl:text-end">
            {link.text}
          </span>
          <span className="block truncate text-xs text-muted">
            <bdi>{host}</bdi> <span>· {times.day(message.created_at)}</span>
          </span>
        </span>
      </a>
      <IconButton label={t("goToMessage")} onClick={() => go.room(message.room_id, { at: message.sequence_number })}>
        <MessageSquareText />
      </IconButton>
    </li>
  );
}

const found = new WeakMap<Message, FoundLink[]>();

/** Each address once. */
function findLinks(message: Message): FoundLink[] {
  const known = found.get(message);
  if (known) return known;
  const isText = message.message_type !== "system" && !message.is_deleted;
  const links = isText ? linksOf(parseText(message.content)).filter((link) => /^https?:/.test(link.href)) : [];
  const once = [...new Map(links.map((link) => [link.href, link])).values()];
  found.set(message, once);
  return once;
}

function hasLink(message: Message): boolean {
  return findLinks(message).length > 0;
}

function linksOf(spans: readonly Span[]): FoundLink[] {
  return spans.flatMap((span) => {
    if (span.kind === "link") return [span];
    return "spans" in span ? linksOf(span.spans) : [];
  });
}
