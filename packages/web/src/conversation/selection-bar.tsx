/** What can be done with several messages at once, in place of the composer. */
import { Copy, Forward, Star, StarOff, Trash2, X } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../ui/button.tsx";

type SelectionBarProps = {
  count: number;
  /** All of them have a star. */
  isStarred: boolean;
  canForward: boolean;
  canCopy: boolean;
  onForward(): void;
  onStar(): void;
  onCopy(): void;
  onDelete(): void;
  onClose(): void;
};

export function SelectionBar(props: SelectionBarProps): ReactNode {
  const { t } = useTranslation("conversation");
  const { count, isStarred, onClose } = props;
  useEffect(() => {
    const leave = (event: KeyboardEvent): void => {
      // A dialog above takes its own Escape.
      if (event.key !== "Escape" || document.querySelector("[role=dialog], [role=menu]")) return;
      event.preventDefault();
      onClose();
    };
    // Before whatever else Escape would do.
    document.addEventListener("keydown", leave, true);
    return () => document.removeEventListener("keydown", leave, true);
  }, [onClose]);
  const isNone = count === 0;
  return (
    <div
      role="toolbar"
      aria-label={t("selection.bar")}
      className="flex min-h-16 items-center gap-1 border-t border-line bg-surface px-3 pb-[env(safe-area-inset-bottom)]"
    >
      <IconButton side="top" label={t("selection.leave")} onClick={onClose}>
        <X />
      </IconButton>
      <p aria-live="polite" className="flex-1 px-2 font-semibold">
        {t("selection.count", { count })}
      </p>
      <IconButton
        side="top"
        label={t(isStarred ? "actions.unstar" : "actions.star")}
        disabled={isNone}
        onClick={props.onStar}
      >
        {isStarred ? <StarOff /> : <Star />}
      </IconButton>
      <IconButton side="top" label={t("actions.copy")} disabled={!props.canCopy} onClick={props.onCopy}>
        <Copy />
      </IconButton>
      <IconButton side="top" label={t("actions.delete")} disabled={isNone} onClick={props.onDelete}>
        <Trash2 />
      </IconButton>
      <IconButton side="top" label={t("actions.forward")} disabled={!props.canForward} onClick={props.onForward}>
        <Forward className="rtl:-scale-x-100" />
      </IconButton>
    </div>
  );
}
