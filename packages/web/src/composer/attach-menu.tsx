/** What can be sent besides text. */
import { BarChart3, Camera, FileText, Images, MapPin, Plus, UserRound } from "lucide-react";
import { lazy, memo, type ReactNode, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../ui/button.tsx";
import { Menu, type MenuEntry } from "../ui/menu.tsx";
import { useMediaQuery } from "../ui/use-media-query.ts";
import { useHasCamera } from "./use-has-camera.ts";

const PollDialog = lazy(() => import("./poll-dialog.tsx").then((part) => ({ default: part.PollDialog })));
const LocationDialog = lazy(() => import("./location-dialog.tsx").then((part) => ({ default: part.LocationDialog })));
const ContactDialog = lazy(() => import("./contact-dialog.tsx").then((part) => ({ default: part.ContactDialog })));
const CameraDialog = lazy(() => import("./camera-dialog.tsx").then((part) => ({ default: part.CameraDialog })));

const dialogs = { poll: PollDialog, location: LocationDialog, contact: ContactDialog };
type Question = keyof typeof dialogs | "camera";

type AttachMenuProps = {
  roomId: string;
  replyTo: string | undefined;
  onFiles(files: readonly File[]): void;
  onSent(): void;
};

/** It stays as it is while somebody writes. */
export const AttachMenu = memo(function AttachMenu({ roomId, replyTo, onFiles, onSent }: AttachMenuProps): ReactNode {
  const { t } = useTranslation("composer");
  const pictures = useRef<HTMLInputElement>(null);
  const documents = useRef<HTMLInputElement>(null);
  const [question, setQuestion] = useState<Question>();
  const shot = useRef<HTMLInputElement>(null);
  const hasCamera = useHasCamera();
  // A phone's own camera takes better pictures than a page does.
  const hasOwnCamera = useMediaQuery("(pointer: coarse)");
  const openCamera = (): void => (hasOwnCamera ? shot.current?.click() : setQuestion("camera"));
  const camera: MenuEntry = { label: t("attach.camera"), icon: Camera, onSelect: openCamera };
  const entries: MenuEntry[] = [
    { label: t("attach.pictures"), icon: Images, onSelect: () => pictures.current?.click() },
    ...(hasCamera ? [camera] : []),
    { label: t("attach.document"), icon: FileText, onSelect: () => documents.current?.click() },
    "separator",
    { label: t("attach.contact"), icon: UserRound, onSelect: () => setQuestion("contact") },
    { label: t("attach.location"), icon: MapPin, onSelect: () => setQuestion("location") },
    { label: t("attach.poll"), icon: BarChart3, onSelect: () => setQuestion("poll") },
  ];
  const close = (): void => setQuestion(undefined);
  const done = (): void => {
    close();
    onSent();
  };
  const Dialog = question && question !== "camera" ? dialogs[question] : undefined;
  return (
    <>
      <Menu entries={entries} align="start">
        <IconButton label={t("attach.open")} side="top">
          <Plus />
        </IconButton>
      </Menu>
      <FileInput field={pictures} label={t("attach.pictures")} accept="image/*,video/*" onFiles={onFiles} />
      {hasOwnCamera && (
        <FileInput field={shot} label={t("attach.camera")} accept="image/*" capture="environment" onFiles={onFiles} />
      )}
      <FileInput field={documents} label={t("attach.document")} onFiles={onFiles} />
      <Suspense fallback={null}>
        {Dialog && <Dialog roomId={roomId} replyTo={replyTo} onClose={close} onSent={done} />}
        {question === "camera" && (
          <CameraDialog
            onClose={close}
            onPicture={(file) => {
              close();
              onFiles([file]);
            }}
          />
        )}
      </Suspense>
    </>
  );
});

type FileInputProps = {
  field: { current: HTMLInputElement | null };
  label: string;
  accept?: string;
  capture?: "environment";
  onFiles(files: readonly File[]): void;
};

function FileInput({ field, label, accept, capture, onFiles }: FileInputProps): ReactNode {
  return (
    <input
      ref={field}
      type="file"
      multiple={capture === undefined}
      accept={accept}
      capture={capture}
      aria-label={label}
      tabIndex={-1}
      className="sr-only"
      onChange={({ target }) => {
        const files = [...(target.files ?? [])];
        target.value = "";
        if (files.length > 0) onFiles(files);
      }}
    />
  );
}
