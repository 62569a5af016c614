/** A file in a bubble or list: what it is called, how large it is, and a way to have it. */
import type { MessageMedia as Medium } from "@pipit/protocol/models/media";
import { Download, LoaderCircle } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { DocumentIcon } from "./document-icon.tsx";
import { cleanFileName, formatBytes, toExtension } from "./media-format.ts";
import { useSaveFile } from "./save-file.ts";

/** A bubble's: pressing it saves the file. */
export function DocumentBox({ media }: { media: Medium }): ReactNode {
  const { t } = useTranslation("media");
  const { save, isBusy } = useSaveFile();
  const isPending = media.status === "pending";
  const name = cleanFileName(media.file_name);
  const Icon = isBusy ? LoaderCircle : Download;
  return (
    <button
      type="button"
      disabled={isPending || isBusy}
      onClick={() => void save(media)}
      className="flex w-72 max-w-full items-center gap-3 rounded-xl bg-quote p-2.5 text-start transition hover:brightness-95"
    >
      <span className="sr-only">{t("download")}</span>
      <DocumentIcon mimeType={media.mime_type} fileName={media.file_name} />
      <DocumentText name={name} size={media.size} note={isPending ? t("checking") : undefined} />
      {!isPending && <Icon aria-hidden className={`size-5 shrink-0 text-muted ${isBusy ? "animate-spin" : ""}`} />}
    </button>
  );
}

type DocumentTextProps = { name: string; size: number; note?: string | undefined };

export function DocumentText({ name, size, note }: DocumentTextProps): ReactNode {
  const { i18n } = useTranslation("media");
  const facts = [toExtension(name), formatBytes(size, i18n.language), note].filter(Boolean).join(" · ");
  return (
    <span className="min-w-0 flex-1">
      <span dir="auto" className="line-clamp-2 text-sm font-medium break-words">
        {name}
      </span>
      <span className="block truncate text-xs text-muted">{facts}</span>
    </span>
  );
}
