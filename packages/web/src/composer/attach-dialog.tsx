/** Files before they are sent: looked at, described, left out. */
import { FileText, Film, Music, Plus, SendHorizontal, X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { cleanFileName, formatBytes } from "../media/media-format.ts";
import { type ClientConfig, loadClientConfig } from "../session/client-config.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Switch } from "../ui/switch.tsx";
import { TextArea } from "../ui/text-field.tsx";
import { type FileKind, type FileProblem, kindOf, problemOf, typeOf } from "./file-kinds.ts";
import { useSending } from "./use-sending.ts";

type AttachDialogProps = {
  roomId: string;
  replyTo: string | undefined;
  files: readonly File[];
  onFiles(files: readonly File[]): void;
  onSent(): void;
};

export function AttachDialog({ roomId, replyTo, files, onFiles, onSent }: AttachDialogProps): ReactNode {
  const { t } = useTranslation("composer");
  const send = useSending(roomId);
  const [captions, setCaptions] = useState<ReadonlyMap<File, string>>(new Map());
  const [chosen, setChosen] = useState(files[0]);
  const [wantsOnce, setOnce] = useState(false);
  const largest = useLargest();
  const shown = chosen && files.includes(chosen) ? chosen : files[0];
  const find = (file: File): FileProblem | undefined => problemOf(file, largest);
  const isStopped = files.some((file) => find(file) !== undefined);
  const mayBeOnce = files.length === 1 && shown !== undefined && ["image", "video"].includes(kindOf(shown));
  const isOnce = mayBeOnce && wantsOnce;
  const drop = (file: File): void => onFiles(files.filter((one) => one !== file));
  const submit = async (): Promise<void> => {
    const messages = files.map((blob, at) => ({
      content: (captions.get(blob) ?? "").trim(),
      file: { blob, fileName: blob.name, mimeType: typeOf(blob), messageType: kindOf(blob) },
      replyTo: at === 0 ? replyTo : undefined,
      ...(isOnce ? { isViewOnce: true } : {}),
    }));
    if (await send(messages)) onSent();
  };
  if (!shown) return null;
  const footer = (
    <Button disabled={isStopped} onClick={() => void submit()}>
      <SendHorizontal aria-hidden className="size-4 rtl:-scale-x-100" />
      {t("files.send", { count: files.length })}
    </Button>
  );
  return (
    <Dialog
      title={t("files.title", { count: files.length })}
      isOpen
      onClose={() => onFiles([])}
      footer={footer}
      className="sm:max-w-xl"
    >
      <LargePreview key={files.indexOf(shown)} file={shown} problem={find(shown)} largest={largest} />
      <Strip files={files} shown={shown} find={find} onShow={setChosen} onDrop={drop} onFiles={onFiles} />
      <Caption
        file={shown}
        text={captions.get(shown) ?? ""}
        onText={(text) => setCaptions(new Map(captions).set(shown, text))}
        onSend={() => !isStopped && void submit()}
      />
      {mayBeOnce && <Switch label={t("files.once")} hint={t("files.onceHint")} isOn={isOnce} onChange={setOnce} />}
    </Dialog>
  );
}

type CaptionProps = { file: File; text: string; onText(text: string): void; onSend(): void };

function Caption({ file, text, onText, onSend }: CaptionProps): ReactNode {
  const { t } = useTranslation("composer");
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    onSend();
  };
  return (
    <TextArea
      label={t("files.caption", { name: cleanFileName(file.name) })}
      rows={2}
      dir="auto"
      maxLength={10_000}
      value={text}
      autoFocus
      className="my-3"
      onChange={(event) => onText(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}

type LargePreviewProps = { file: File; problem: FileProblem | undefined; largest: number };

function LargePreview({ file, problem, largest }: LargePreviewProps): ReactNode {
  const { t, i18n } = useTranslation("composer");
  const address = useFileAddress(file);
  const kind = kindOf(file);
  return (
    <div className="flex h-56 flex-col items-center justify-center gap-2 overflow-hidden rounded-2xl bg-canvas text-muted">
      {kind === "image" && address && (
        <img src={address} alt={cleanFileName(file.name)} className="max-h-full object-contain" />
      )}
      {kind === "video" && address && (
        // What somebody is about to send has no captions yet.
        // biome-ignore lint/a11y/useMediaCaption: see above
        <video src={address} controls className="max-h-full" />
      )}
      {(kind === "file" || kind === "audio") && (
        <>
          <KindIcon kind={kind} className="size-12" />
          <p dir="auto" className="max-w-full truncate px-4 font-medium text-ink">
            {cleanFileName(file.name)}
          </p>
          <p className="text-sm">{formatBytes(file.size, i18n.language)}</p>
        </>
      )}
      {problem && (
        <p role="alert" className="px-4 pb-2 text-center text-sm text-danger">
          {t(`files.${problem}`, { most: formatBytes(largest, i18n.language) })}
        </p>
      )}
    </div>
  );
}

type StripProps = {
  files: readonly File[];
  shown: File;
  find(file: File): FileProblem | undefined;
  onShow(file: File): void;
  onDrop(file: File): void;
  onFiles(files: readonly File[]): void;
};

/** All of them, small: to choose which one is looked at, to take one out, to add more. */
function Strip({ files, shown, find, onShow, onDrop, onFiles }: StripProps): ReactNode {
  const { t } = useTranslation("composer");
  const field = useRef<HTMLInputElement>(null);
  return (
    <ul aria-label={t("files.all")} className="mt-3 flex gap-2 overflow-x-auto pb-1">
      {files.map((file, at) => (
        // The same file may be there twice.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={`${at} ${file.name}`} className="relative shrink-0">
          <button
            type="button"
            aria-label={t("files.show", { name: cleanFileName(file.name) })}
            aria-current={file === shown}
            onClick={() => onShow(file)}
            className={classNames(
              "flex size-20 items-center justify-center overflow-hidden rounded-xl border-2 bg-canvas text-muted",
              file === shown ? "border-accent" : find(file) ? "border-danger" : "border-transparent",
            )}
          >
            <SmallPreview file={file} />
          </button>
          <button
            type="button"
            aria-label={t("files.drop", { name: cleanFileName(file.name) })}
            onClick={() => onDrop(file)}
            className="absolute end-1 top-1 flex size-7 items-center justify-center rounded-full bg-raised text-muted shadow-flat hover:text-ink"
          >
            <X aria-hidden className="size-4" />
          </button>
        </li>
      ))}
      <li>
        <IconButton
          label={t("files.add")}
          onClick={() => field.current?.click()}
          className="size-20! rounded-xl! border-2 border-dashed border-line"
        >
          <Plus />
        </IconButton>
        <input
          ref={field}
          type="file"
          multiple
          aria-label={t("files.add")}
          tabIndex={-1}
          className="sr-only"
          onChange={({ target }) => {
            onFiles([...files, ...(target.files ?? [])]);
            target.value = "";
          }}
        />
      </li>
    </ul>
  );
}

function SmallPreview({ file }: { file: File }): ReactNode {
  const kind = kindOf(file);
  const address = useFileAddress(kind === "image" ? file : undefined);
  if (address) return <img src={address} alt="" className="size-full object-cover" />;
  return <KindIcon kind={kind} className="size-6" />;
}

function KindIcon({ kind, className }: { kind: FileKind; className: string }): ReactNode {
  const Icon = kind === "video" ? Film : kind === "audio" ? Music : FileText;
  return <Icon aria-hidden className={className} />;
}

/** An address for a file of this device, for as long as the component is there. */
function useFileAddress(file: File | undefined): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (!file) return undefined;
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return address;
}

/** Bytes of the largest file that the server takes; anything, until it has said so. */
function useLargest(): number {
  const [config, setConfig] = useState<ClientConfig>();
  useEffect(() => {
    let isThere = true;
    // Without an answer the server refuses what is too large, and the message says so.
    loadClientConfig().then(
      (loaded) => isThere && setConfig(loaded),
      () => undefined,
    );
    return () => {
      isThere = false;
    };
  }, []);
  return config?.max_upload_bytes ?? Number.POSITIVE_INFINITY;
}
