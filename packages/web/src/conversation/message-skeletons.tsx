/** Grey bubbles where messages will be. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../ui/class-names.ts";

const widths = ["w-52", "w-72", "w-40", "w-64", "w-80", "w-48", "w-60"];
const isOwn = [false, false, true, false, true, true, false];

export function MessageSkeletons(): ReactNode {
  const { t } = useTranslation("ui");
  return (
    <div
      role="status"
      aria-label={t("loading")}
      className="flex h-full animate-pulse-soft flex-col justify-end gap-3 overflow-hidden px-3 py-4 md:px-[5%]"
    >
      {widths.map((width, place) => (
        <div
          key={width}
          className={classNames("h-11 max-w-[80%] rounded-2xl", width, isOwn[place] ? "self-end bg-own" : "bg-other")}
        />
      ))}
    </div>
  );
}
