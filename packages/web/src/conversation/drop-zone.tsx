/** Files that are dragged over a conversation are put into it where they are let go. */
import { Upload } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

type DropZoneProps = { isDisabled: boolean; onFiles(files: readonly File[]): void; children: ReactNode };

export function DropZone({ isDisabled, onFiles, children }: DropZoneProps): ReactNode {
  const { t } = useTranslation("conversation");
  const [isOver, setOver] = useState(false);
  // Each element within says that it is entered and left.
  const depth = useRef(0);
  const isOurs = (event: DragEvent): boolean => !isDisabled && event.dataTransfer.types.includes("Files");
  const move = (event: DragEvent, by: number): void => {
    if (!isOurs(event)) return;
    event.preventDefault();
    depth.current = Math.max(0, depth.current + by);
    setOver(depth.current > 0);
  };
  const drop = (event: DragEvent): void => {
    if (!isOurs(event)) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: there is a button for files, too
    <div
      className="relative flex min-h-0 flex-1 flex-col"
      onDragEnter={(event) => move(event, 1)}
      onDragOver={(event) => move(event, 0)}
      onDragLeave={(event) => move(event, -1)}
      onDrop={drop}
    >
      {children}
      {isOver && (
        <div className="pointer-events-none absolute inset-3 z-30 flex animate-fade flex-col items-center justify-center gap-3 rounded-3xl border-2 border-dashed border-accent bg-surface/90 text-accent">
          <Upload aria-hidden className="size-10" />
          <p className="text-lg font-semibold">{t("drop")}</p>
        </div>
      )}
    </div>
  );
}
