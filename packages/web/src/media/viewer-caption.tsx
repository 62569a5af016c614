/** What was written to a picture or film, below it. */
import type { Message } from "@pipit/protocol/models/message";
import { useNames } from "@pipit/react";
import type { ReactNode } from "react";
import { MessageText } from "../messages/message-text.tsx";

export function ViewerCaption({ message }: { message: Message }): ReactNode {
  const nameOf = useNames(message.room_id);
  if (message.content === "") return null;
  return (
    <div className="max-h-[25dvh] shrink-0 overflow-y-auto px-6 py-4 text-center text-sm sm:text-base" dir="auto">
      <MessageText text={message.content} nameOf={nameOf} />
    </div>
  );
}
