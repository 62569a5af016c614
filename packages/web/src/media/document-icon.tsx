/** What kind of file it is, at a glance. */
import { FileArchive, FileAudio, FileImage, FileSpreadsheet, FileText, FileVideo, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "../ui/class-names.ts";
import { toExtension } from "./media-format.ts";

type Look = { Icon: LucideIcon; colours: string };

const looks: [RegExp, Look][] = [
  [/pdf/, { Icon: FileText, colours: "bg-danger-soft text-danger" }],
  [/sheet|excel|csv/, { Icon: FileSpreadsheet, colours: "bg-accent-soft text-accent" }],
  [/^image\//, { Icon: FileImage, colours: "bg-accent-soft text-accent" }],
  [/^video\//, { Icon: FileVideo, colours: "bg-accent-soft text-accent" }],
  [/^audio\//, { Icon: FileAudio, colours: "bg-warning-soft text-warning" }],
  [/zip|tar|rar|7z/, { Icon: FileArchive, colours: "bg-warning-soft text-warning" }],
];
const other: Look = { Icon: FileText, colours: "bg-quote text-link" };

type DocumentIconProps = { mimeType: string; fileName: string };

export function DocumentIcon({ mimeType, fileName }: DocumentIconProps): ReactNode {
  const { Icon, colours } = looks.find(([pattern]) => pattern.test(mimeType))?.[1] ?? other;
  const extension = toExtension(fileName);
  return (
    <span
      aria-hidden
      className={classNames("flex size-11 shrink-0 flex-col items-center justify-center rounded-xl", colours)}
    >
      <Icon className="size-5" />
      {extension && extension.length <= 4 && (
        <span className="mt-0.5 text-[0.5625rem] leading-none font-bold text-ink">{extension}</span>
      )}
    </span>
  );
}
