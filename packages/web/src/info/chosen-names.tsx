/** Who or what has been chosen so far, in one line. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export function ChosenNames({ names }: { names: readonly string[] }): ReactNode {
  const { t, i18n } = useTranslation("info");
  const list = new Intl.ListFormat(i18n.language, { style: "short", type: "unit" });
  return (
    <p aria-live="polite" className="mb-2 h-5 truncate px-1 text-sm font-medium text-accent">
      {names.length > 0 && <bdi>{t("chosen", { names: list.format(names) })}</bdi>}
    </p>
  );
}
