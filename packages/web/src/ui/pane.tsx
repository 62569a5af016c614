/** A column of the page with a header of its own. */
import { ArrowLeft, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./button.tsx";
import { useIsPhone } from "./use-media-query.ts";

type PaneHeaderProps = {
  title: ReactNode;
  /** Goes back to where one came from: an arrow before the title. */
  onBack?: (() => void) | undefined;
  /** Closes the pane: a cross after everything. */
  onClose?: (() => void) | undefined;
  children?: ReactNode;
};

export function PaneHeader({ title, onBack, onClose, children }: PaneHeaderProps): ReactNode {
  const { t } = useTranslation("ui");
  // On a phone it is all that there is.
  const Title = useIsPhone() ? "h1" : "h2";
  return (
    <header className="flex h-16 shrink-0 items-center gap-1 px-3">
      {onBack && (
        <IconButton label={t("back")} onClick={onBack}>
          <ArrowLeft className="rtl:-scale-x-100" />
        </IconButton>
      )}
      <Title className="min-w-0 flex-1 truncate px-1.5 text-lg font-bold">{title}</Title>
      {children}
      {onClose && (
        <IconButton label={t("close")} onClick={onClose}>
          <X />
        </IconButton>
      )}
    </header>
  );
}

/** A titled part of a pane. */
export function Section({ title, children }: { title?: string; children: ReactNode }): ReactNode {
  return (
    <section className="border-t border-line px-5 py-4 first-of-type:border-t-0">
      {title && <h3 className="mb-2 text-sm font-semibold text-muted">{title}</h3>}
      {children}
    </section>
  );
}
