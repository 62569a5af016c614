/** Copies what messages say. */
import type { MessageItem } from "@pipit/client";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useTimes } from "../messages/use-times.ts";
import { useToast } from "../ui/toasts.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { canCopy } from "./message-rights.ts";

/** Of one, its text; of several, also who said it and when. */
export function useCopy(me: string, nameOf: (userId: string) => string): (items: readonly MessageItem[]) => void {
  const { t } = useTranslation("conversation");
  const { moment } = useTimes();
  const toast = useToast();
  const { attempt } = useAttempt();
  return useCallback(
    (items) => {
      const textOf = ({ content }: MessageItem): string =>
        content.replace(/@\[([^\]\s]{1,128})\]/g, (_, userId: string) => `@${nameOf(userId)}`);
      const lineOf = (item: MessageItem): string =>
        `[${moment(item.created_at)}] ${item.sender_id === me ? t("you") : nameOf(item.sender_id)}: ${textOf(item)}`;
      const said = items.filter(canCopy);
      const text = said.map(said.length === 1 ? textOf : lineOf).join("\n");
      void attempt(async () => {
        await navigator.clipboard.writeText(text);
        toast({ text: t("copied") });
      });
    },
    [me, nameOf, moment, t, toast, attempt],
  );
}
