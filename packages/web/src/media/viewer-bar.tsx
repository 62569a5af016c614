/** Who sent it and when, and what can be done with it. */
import type { Message } from "@pipit/protocol/models/message";
import { useMessageActions, useNames, useUser } from "@pipit/react";
import { Download, Forward, MessageSquareText, Star, X } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { useTimes } from "../messages/use-times.ts";
import { Avatar } from "../ui/avatar.tsx";
import { useSaveFile } from "./save-file.ts";
import { ViewerButton } from "./viewer-button.tsx";

const ForwardDialog = lazy(() =>
  import("../info/forward-dialog.tsx").then((dialog) => ({ default: dialog.ForwardDialog })),
);

type ViewerBarProps = { roomId: string; message: Message | undefined; onClose(): void };

export function ViewerBar({ roomId, message, onClose }: ViewerBarProps): ReactNode {
  const { t } = useTranslation("ui");
  return (
    <header className="flex h-16 shrink-0 items-center gap-1 px-2 sm:px-4">
      {message ? <Sender roomId={roomId} message={message} /> : <span className="flex-1" />}
      {message && <Actions key={message.id} roomId={roomId} message={message} />}
      <ViewerButton label={t("close")} onClick={onClose}>
        <X />
      </ViewerButton>
    </header>
  );
}

function Sender({ roomId, message }: { roomId: string; message: Message }): ReactNode {
  const nameOf = useNames(roomId);
  const user = useUser(message.sender_id);
  const times = useTimes();
  const name = nameOf(message.sender_id);
  return (
    <div className="flex min-w-0 flex-1 items-center gap-3 ps-2">
      <Avatar id={message.sender_id} name={name} url={user?.avatar_url} size={40} />
      <div className="min-w-0" aria-live="polite">
        <p dir="auto" className="truncate text-start font-semibold">
          {name}
        </p>
        <time dateTime={message.created_at} className="block truncate text-xs text-white/75">
          {`${times.day(message.created_at)}, ${times.time(message.created_at)}`}
        </time>
      </div>
    </div>
  );
}

function Actions({ roomId, message }: { roomId: string; message: Message }): ReactNode {
  const { t } = useTranslation("media");
  const go = useGo();
  const { save, isBusy } = useSaveFile();
  const { isStarred, toggle } = useStar(roomId, message);
  const [isForwarding, setForwarding] = useState(false);
  const { media, view_once } = message;
  if (view_once) return null;
  return (
    <>
      <ViewerButton label={t("goToMessage")} onClick={() => go.room(roomId, { at: message.sequence_number })}>
        <MessageSquareText />
      </ViewerButton>
      <ViewerButton label={t(isStarred ? "unstar" : "star")} onClick={toggle}>
        <Star fill={isStarred ? "currentColor" : "none"} />
      </ViewerButton>
      <ViewerButton label={t("forward")} onClick={() => setForwarding(true)}>
        <Forward className="rtl:-scale-x-100" />
      </ViewerButton>
      {media && (
        <ViewerButton label={t("download")} disabled={isBusy} onClick={() => void save(media)}>
          <Download />
        </ViewerButton>
      )}
      {isForwarding && (
        <Suspense fallback={null}>
          <ForwardDialog roomId={roomId} messageIds={[message.id]} onClose={() => setForwarding(false)} />
        </Suspense>
      )}
    </>
  );
}

/** Of a message that the room has not loaded, only what was done here is known. */
function useStar(roomId: string, message: Message): { isStarred: boolean; toggle(): void } {
  const { star } = useMessageActions(roomId);
  const [said, setSaid] = useState<boolean>();
  const isStarred = said ?? message.is_starred;
  const toggle = (): void => {
    setSaid(!isStarred);
    void star(message.id, !isStarred).then((isDone) => isDone || setSaid(undefined));
  };
  return { isStarred, toggle };
}
