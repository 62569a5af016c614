/** Why a message was not sent, and what can be done about it. */
import type { MessageItem } from "@pipit/client";
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useDeeds } from "./deeds.ts";

type FailedNoteProps = { item: MessageItem; error: NonNullable<MessageItem["error"]> };

export function FailedNote({ item, error }: FailedNoteProps): ReactNode {
  const { t } = useTranslation(["conversation", "ui"]);
  const { retry, discard } = useDeeds();
  const reasons = t("ui:errors", { returnObjects: true }) as Record<string, string>;
  return (
    <div className="mt-1 flex flex-wrap items-center justify-end gap-x-3 gap-y-0.5 px-1 text-xs text-danger">
      <span className="inline-flex items-center gap-1">
        <CircleAlert aria-hidden className="size-3.5" />
        {t("failed.why", { reason: reasons[error.code] ?? reasons.internal })}
      </span>
      <span className="inline-flex gap-3">
        <button type="button" className="min-h-8 font-semibold underline" onClick={() => retry(item)}>
          {t("failed.retry")}
        </button>
        <button type="button" className="min-h-8 font-semibold underline" onClick={() => discard(item)}>
          {t("failed.discard")}
        </button>
      </span>
    </div>
  );
}
