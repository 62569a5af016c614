/** A message as its bubble shows it, without what can be done with it. */
import type { Message } from "@pipit/protocol/models/message";
import { useNames } from "@pipit/react";
import type { ReactNode } from "react";
import { useGo } from "../app/use-go.ts";
import { MessageMedia } from "../media/message-media.tsx";
import { useMessageSummary } from "../messages/message-summary.ts";
import { MessageText } from "../messages/message-text.tsx";
import { useTimes } from "../messages/use-times.ts";
import { useIdentity } from "../session/session.tsx";

export function MessagePreview({ message }: { message: Message }): ReactNode {
  const { userId } = useIdentity();
  const { moment } = useTimes();
  const go = useGo();
  const isOwn = message.sender_id === userId;
  const hasMedia = message.media !== undefined || message.view_once !== undefined;
  return (
    <div className="flex bg-canvas px-5 py-6">
      <div
        className={`max-w-full min-w-0 rounded-2xl px-3 py-2 shadow-flat ${isOwn ? "ms-auto bg-own" : "me-auto bg-other"}`}
      >
        {hasMedia && (
          <div className="mb-1 overflow-hidden">
            <MessageMedia message={message} isOwn={isOwn} onOpen={() => go.view(message.id)} />
          </div>
        )}
        <Words message={message} />
        <time dateTime={message.created_at} className="mt-1 block text-end text-xs text-muted">
          {moment(message.created_at)}
        </time>
      </div>
    </div>
  );
}

/** Cards and tombstones are said in a line. */
function Words({ message }: { message: Message }): ReactNode {
  const { meta_data: meta, content, is_deleted } = message;
  const nameOf = useNames(message.room_id);
  const summarise = useMessageSummary();
  const isCard = meta.poll !== undefined || meta.contact !== undefined || meta.location !== undefined;
  if (is_deleted || isCard || message.message_type === "system") return <p dir="auto">{summarise(message)}</p>;
  if (content === "") return null;
  return (
    <div className="line-clamp-[12]">
      <MessageText text={content} mentions={meta.mentions} isAllMentioned={meta.mentions_all} nameOf={nameOf} />
    </div>
  );
}
