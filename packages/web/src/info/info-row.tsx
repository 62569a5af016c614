/** Rows of a panel: something to press, with what it is set to at the end. */
import { ChevronRight } from "lucide-react";
import type { ComponentType, ReactNode } from "react";
import { classNames } from "../ui/class-names.ts";
import { Spinner } from "../ui/spinner.tsx";

type InfoRowProps = {
  icon: ComponentType<{ className?: string }>;
  label: string;
  /** What it is set to, or how many there are. */
  value?: ReactNode;
  hint?: string | undefined;
  isDangerous?: boolean;
  isBusy?: boolean;
  /** Nothing happens on pressing it: it is only said. */
  onClick?: (() => void) | undefined;
  /** It leads to another panel. */
  isDoor?: boolean;
};

export function InfoRow({ icon: Icon, label, value, hint, onClick, ...is }: InfoRowProps): ReactNode {
  const content = (
    <>
      {is.isBusy ? <Spinner className="m-0.5 size-5 shrink-0" /> : <Icon aria-hidden className="size-5.5 shrink-0" />}
      <span className="min-w-0 flex-1">
        <span className={classNames("block", !is.isDangerous && "text-ink")}>{label}</span>
        {hint && <span className="block text-sm text-muted">{hint}</span>}
      </span>
      {value !== undefined && <span className="shrink-0 text-sm text-muted">{value}</span>}
      {is.isDoor && <ChevronRight aria-hidden className="size-4.5 shrink-0 rtl:-scale-x-100" />}
    </>
  );
  const look = classNames(
    "flex min-h-12 w-full items-center gap-4 rounded-xl px-3 py-2 text-start",
    is.isDangerous ? "text-danger" : "text-muted",
  );
  if (!onClick) return <div className={look}>{content}</div>;
  return (
    <button
      type="button"
      disabled={is.isBusy}
      aria-busy={is.isBusy || undefined}
      onClick={onClick}
      className={classNames(look, is.isDangerous ? "hover:bg-danger-soft" : "hover:bg-hover")}
    >
      {content}
    </button>
  );
}

/** Rows that belong together. */
export function InfoRows({
  title,
  action,
  children,
}: {
  title?: string;
  action?: ReactNode;
  children: ReactNode;
}): ReactNode {
  return (
    <section aria-label={title} className="border-t border-line px-2 py-2">
      {title && (
        <header className="flex min-h-10 items-center gap-2 ps-3 pe-1">
          <h3 className="flex-1 text-sm font-semibold text-muted">{title}</h3>
          {action}
        </header>
      )}
      {children}
    </section>
  );
}
