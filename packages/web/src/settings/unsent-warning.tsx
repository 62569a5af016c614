/** Says how many messages would be lost with what is kept here. */
import { useOutbox } from "@pipit/react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export function UnsentWarning({ kind }: { kind: "logOut" | "storage" }): ReactNode {
  const { t } = useTranslation("settings");
  const { items } = useOutbox();
  const count = items.filter(({ action }) => action.kind === "send").length;
  if (count === 0) return null;
  return (
    <p role="alert" className="mb-2 rounded-xl bg-danger-soft px-4 py-3 text-sm font-medium text-danger">
      {t(`${kind}.unsent`, { count })}
    </p>
  );
}
