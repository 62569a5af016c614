/** The frame of the composer, its button to send, and what it says below. */
import { SendHorizontal } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../ui/button.tsx";

/** From so few characters left on, it is said. */
const nearEnd = 500;

type SendButtonProps = { label: string; isDisabled: boolean; onPress(): void };

export function SendButton({ label, isDisabled, onPress }: SendButtonProps): ReactNode {
  return (
    <IconButton
      label={label}
      side="top"
      disabled={isDisabled}
      // The text keeps the focus: a phone's keyboard would go away.
      onPointerDown={(event) => event.preventDefault()}
      onClick={onPress}
      className="bg-accent text-on-accent hover:bg-accent-hover! hover:text-on-accent"
    >
      <SendHorizontal className="rtl:-scale-x-100" />
    </IconButton>
  );
}

export function Bar({ children }: { children: ReactNode }): ReactNode {
  return <div className="relative border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]">{children}</div>;
}

/** What holds a message back. */
export function Notes({ waitSeconds, left }: { waitSeconds: number; left: number }): ReactNode {
  const { t } = useTranslation("composer");
  if (waitSeconds > 0) return <p className="px-5 pb-2 text-xs text-muted">{t("slow", { count: waitSeconds })}</p>;
  if (left > nearEnd) return null;
  return (
    <p role="status" className={`px-5 pb-2 text-xs ${left < 0 ? "text-danger" : "text-muted"}`}>
      {left < 0 ? t("tooLong", { count: -left }) : t("left", { count: left })}
    </p>
  );
}
