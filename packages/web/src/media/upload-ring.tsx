/** How far an upload is, with a way to give it up; or that it failed, with a way to try again. */
import { useOutboxUpload } from "@pipit/react";
import { RotateCw, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../ui/class-names.ts";
import { ProgressRing } from "../ui/progress-ring.tsx";

type UploadRingProps = {
  /** The message's key. */
  id: string;
  isFailed: boolean;
  onRetry(): void;
  onCancel(): void;
  /** Upon a picture: white on dark. */
  isOverlay?: boolean;
};

export function UploadRing({ id, isFailed, onRetry, onCancel, isOverlay = false }: UploadRingProps): ReactNode {
  const { t } = useTranslation("media");
  const { snapshot } = useOutboxUpload(id);
  const share = snapshot && snapshot.total > 0 ? snapshot.sent / snapshot.total : 0;
  const isUnderWay = snapshot?.state === "uploading" || snapshot?.state === "confirming";
  const Icon = isFailed ? RotateCw : X;
  return (
    <button
      type="button"
      aria-label={t(isFailed ? "sendAgain" : "cancelUpload")}
      onClick={(event) => {
        event.stopPropagation();
        if (isFailed) onRetry();
        else onCancel();
      }}
      className={classNames(
        "relative flex size-12 shrink-0 items-center justify-center rounded-full transition-colors",
        isOverlay ? "bg-black/55 text-white hover:bg-black/70" : "bg-accent-soft text-accent hover:brightness-95",
      )}
    >
      <Icon aria-hidden className="size-5" />
      {!isFailed && (
        <span role="progressbar" aria-label={t("uploading")} aria-valuenow={Math.round(share * 100)}>
          <ProgressRing
            share={isUnderWay ? Math.max(share, 0.03) : 0.25}
            className={isUnderWay ? "" : "animate-spin"}
          />
        </span>
      )}
    </button>
  );
}
