/** What stands where there is nothing, or where something failed. */
import type { ComponentType, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button.tsx";

type EmptyStateProps = {
  icon: ComponentType<{ className?: string }>;
  title: string;
  text?: string;
  /** It is what the whole page is about. */
  isMain?: boolean;
  children?: ReactNode;
};

export function EmptyState({ icon: Icon, title, text, isMain = false, children }: EmptyStateProps): ReactNode {
  const Title = isMain ? "h1" : "p";
  return (
    <div className="flex h-full flex-col items-center justify-center gap-2 p-8 text-center">
      <span
        aria-hidden
        className="mb-2 flex size-16 items-center justify-center rounded-3xl bg-accent-soft text-accent"
      >
        <Icon className="size-8" />
      </span>
      <Title className="font-semibold">{title}</Title>
      {text && <p className="max-w-xs text-sm text-muted">{text}</p>}
      {children}
    </div>
  );
}

/** Something could not be loaded. */
export function Failure({ text, onRetry }: { text?: string; onRetry?: (() => void) | undefined }): ReactNode {
  const { t } = useTranslation("ui");
  return (
    <div role="alert" className="flex h-full flex-col items-center justify-center gap-3 p-8 text-center">
      <p className="text-sm text-muted">{text ?? t("failed")}</p>
      {onRetry && (
        <Button look="secondary" onClick={onRetry}>
          {t("retry")}
        </Button>
      )}
    </div>
  );
}
