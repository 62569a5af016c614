/** Something that has to be dealt with before going on. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button.tsx";
import { useOverlays } from "./overlays.ts";

export type DialogProps = {
  title: string;
  /** Said below the title, if anything. */
  description?: string;
  isOpen: boolean;
  onClose(): void;
  children?: ReactNode;
  /** Buttons at the bottom. */
  footer?: ReactNode;
  className?: string;
};

/** Holds the focus, closes by Escape, fills a phone's screen from below. */
export function Dialog(props: DialogProps): ReactNode {
  const overlays = useOverlays(props.isOpen);
  return overlays ? <overlays.Dialog {...props} /> : null;
}

type ConfirmProps = {
  title: string;
  description?: string;
  /** What the button that does it says. */
  action: string;
  isDangerous?: boolean;
  isOpen: boolean;
  isBusy?: boolean;
  onClose(): void;
  onConfirm(): void;
};

/** Asks before something that can't be undone. */
export function ConfirmDialog({ action, isDangerous, isBusy, onConfirm, ...rest }: ConfirmProps): ReactNode {
  const { t } = useTranslation("ui");
  const footer = (
    <>
      <Button look="secondary" onClick={rest.onClose}>
        {t("cancel")}
      </Button>
      <Button look={isDangerous ? "danger" : "primary"} isBusy={isBusy === true} onClick={onConfirm}>
        {action}
      </Button>
    </>
  );
  return <Dialog {...rest} footer={footer} />;
}
