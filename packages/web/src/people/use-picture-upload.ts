/** A picture for somebody or something, uploaded as it is chosen. */
import { useUpload } from "@pipit/react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useToast } from "../ui/toasts.tsx";
import { useErrorText } from "../ui/use-attempt.ts";

export type PictureUpload = {
  choose(file: File): void;
  cancel(): void;
  /** From 0 to 1 while it is on its way. */
  progress: number | undefined;
};

/** @param onDone gets the address of the picture that has been taken */
export function usePictureUpload(onDone: (url: string) => void): PictureUpload {
  const { t } = useTranslation("rooms");
  const toast = useToast();
  const say = useErrorText();
  const { start, snapshot, abort } = useUpload();
  const tell = useRef(onDone);
  tell.current = onDone;
  const media = snapshot?.state === "done" ? snapshot.media : undefined;
  const error = snapshot?.state === "failed" ? snapshot.error : undefined;
  useEffect(() => {
    if (media) tell.current(media.url);
  }, [media]);
  useEffect(() => {
    if (error) toast({ text: say(error), isError: true });
  }, [error, toast, say]);
  const isGoing = snapshot && !["done", "failed", "aborted"].includes(snapshot.state);
  return {
    progress: isGoing ? snapshot.sent / Math.max(1, snapshot.total) : undefined,
    cancel: abort,
    choose(blob) {
      if (!blob.type.startsWith("image/")) toast({ text: t("picture.wrong"), isError: true });
      else start({ blob, fileName: blob.name, messageType: "image" });
    },
  };
}
