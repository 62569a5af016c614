/** Above the text: what it answers, or what it takes the place of. */
import type { MessageItem } from "@pipit/client";
import { useNames } from "@pipit/react";
import { Pencil, Reply, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMessageSummary } from "../messages/message-summary.ts";
import { useIdentity } from "../session/session.tsx";
import { IconButton } from "../ui/button.tsx";

type AboutBarProps = { message: MessageItem; kind: "reply" | "edit"; onDrop(): void };

export function AboutBar({ message, kind, onDrop }: AboutBarProps): ReactNode {
  const { t } = useTranslation("composer");
  const { userId } = useIdentity();
  const nameOf = useNames(message.room_id);
  const summarise = useMessageSummary();
  const isOwn = message.sender_id === userId;
  const who = isOwn ? t("reply.you") : nameOf(message.sender_id);
  const Icon = kind === "edit" ? Pencil : Reply;
  return (
    <div className="flex items-center gap-3 px-4 pt-2.5">
      <Icon aria-hidden className="size-5 shrink-0 text-accent" />
      <div className="min-w-0 flex-1 rounded-xl border-s-4 border-accent bg-quote px-3 py-1.5">
        <p className="truncate text-sm font-semibold text-accent">
          {kind === "edit" ? t("edit.title") : t("reply.to", { name: who })}
        </p>
        <p className="truncate text-sm text-muted">
          <bdi>{summarise(message)}</bdi>
        </p>
      </div>
      <IconButton label={t(kind === "edit" ? "edit.cancel" : "reply.cancel")} onClick={onDrop} side="top">
        <X />
      </IconButton>
    </div>
  );
}
