/** Messages that the person has starred, of all rooms. */
import { useClient, useEvent } from "@pipit/react";
import { Star } from "lucide-react";
import { type ReactNode, useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { EmptyState } from "../ui/notices.tsx";
import { PaneHeader } from "../ui/pane.tsx";
import { usePaged } from "../ui/use-paged.ts";
import { MessageRows } from "./message-rows.tsx";

export function StarredPane(): ReactNode {
  const { t } = useTranslation("rooms");
  const go = useGo();
  const { api } = useClient();
  const ask = useCallback((cursor: string | undefined) => api.messages.starred({ limit: 50, cursor }), [api]);
  const paged = usePaged(ask);
  useEvent("account:update", ({ kind }) => {
    if (kind === "message_starred") paged.reload();
  });
  return (
    <>
      <PaneHeader title={t("menu.starred")} onBack={() => go.back(() => go.side(undefined))} />
      <MessageRows
        paged={paged}
        label={t("menu.starred")}
        empty={<EmptyState icon={Star} title={t("starred.title")} text={t("starred.text")} />}
      />
    </>
  );
}
