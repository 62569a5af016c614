/** What a message replies to; it leads there. */
import type { Message } from "@pipit/protocol/models/message";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { nameColourOf } from "../ui/avatar.tsx";
import { useDeeds } from "./deeds.ts";

type QuoteProps = { replyTo: string; preview: Message["reply_preview"]; isPending: boolean };

export function Quote({ replyTo, preview, isPending }: QuoteProps): ReactNode {
  const { t } = useTranslation("conversation");
  const { me, nameOf, summarise, jumpTo } = useDeeds();
  const name = preview && (preview.sender_id === me ? t("you") : nameOf(preview.sender_id));
  return (
    <button
      type="button"
      onClick={() => jumpTo(replyTo)}
      style={preview ? { borderColor: nameColourOf(preview.sender_id) } : {}}
      className="mb-1 block w-full min-w-36 rounded-lg border-s-4 border-accent bg-quote px-2.5 py-1.5 text-start text-sm hover:brightness-95"
    >
      {name && (
        <span dir="auto" className="block truncate font-semibold text-accent">
          {name}
        </span>
      )}
      <span dir="auto" className="line-clamp-2 text-muted [overflow-wrap:anywhere]">
        {preview ? summarise(preview) : isPending ? "…" : t("quoteGone")}
      </span>
    </button>
  );
}
