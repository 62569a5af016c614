/** Messages that mention the person, of all rooms. */
import { useClient, useEvent } from "@pipit/react";
import { AtSign } from "lucide-react";
import { type ReactNode, useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { EmptyState } from "../ui/notices.tsx";
import { PaneHeader } from "../ui/pane.tsx";
import { usePaged } from "../ui/use-paged.ts";
import { MessageRows } from "./message-rows.tsx";

export function MentionsPane(): ReactNode {
  const { t } = useTranslation("rooms");
  const go = useGo();
  const { api } = useClient();
  const ask = useCallback((cursor: string | undefined) => api.messages.mentions({ limit: 50, cursor }), [api]);
  const paged = usePaged(ask);
  useEvent("notification:mention", paged.reload);
  return (
    <>
      <PaneHeader title={t("menu.mentions")} onBack={() => go.back(() => go.side(undefined))} />
      <MessageRows
        paged={paged}
        label={t("menu.mentions")}
        empty={<EmptyState icon={AtSign} title={t("mentions.title")} text={t("mentions.text")} />}
      />
    </>
  );
}
