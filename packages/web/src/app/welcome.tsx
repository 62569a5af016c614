/** What stands in the middle before a room is chosen. */
import { MessagesSquare } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../ui/notices.tsx";

export function Welcome(): ReactNode {
  const { t } = useTranslation("ui");
  return <EmptyState isMain icon={MessagesSquare} title={t("welcome.title")} text={t("welcome.text")} />;
}
