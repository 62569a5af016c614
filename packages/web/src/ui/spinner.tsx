/** Something is on its way. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "./class-names.ts";

/** A turning ring; says nothing by itself. */
export function Spinner({ className }: { className?: string }): ReactNode {
  return (
    <span
      aria-hidden
      className={classNames(
        "inline-block size-5 animate-spin rounded-full border-2 border-current border-t-transparent opacity-70",
        className,
      )}
    />
  );
}

/** A spinner in the middle of what will be there. */
export function Loading(): ReactNode {
  const { t } = useTranslation("ui");
  return (
    <div
      role="status"
      aria-label={t("loading")}
      className="flex h-full min-h-24 items-center justify-center text-muted"
    >
      <Spinner className="size-7" />
    </div>
  );
}

/** Grey bars where rows will be. */
export function RowSkeletons({ count = 8 }: { count?: number }): ReactNode {
  const { t } = useTranslation("ui");
  return (
    <div role="status" aria-label={t("loading")} className="animate-pulse-soft space-y-1 p-2">
      {Array.from({ length: count }, (_, row) => (
        // Rows of nothing have no name but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: they never move
        <div key={row} className="flex items-center gap-3 px-3 py-2.5">
          <div className="size-12 rounded-full bg-line" />
          <div className="flex-1 space-y-2">
            <div className="h-3 w-2/5 rounded bg-line" />
            <div className="h-3 w-3/4 rounded bg-line" />
          </div>
        </div>
      ))}
    </div>
  );
}
