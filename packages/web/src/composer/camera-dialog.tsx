/** Takes a picture with the camera of this device. */
import { Camera } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

type CameraDialogProps = { onPicture(file: File): void; onClose(): void };

export function CameraDialog({ onPicture, onClose }: CameraDialogProps): ReactNode {
  const { t } = useTranslation("composer");
  const view = useRef<HTMLVideoElement>(null);
  const problem = useCamera(view);
  const shoot = async (): Promise<void> => {
    const file = view.current && (await takePicture(view.current));
    if (file) onPicture(file);
  };
  const footer = (
    <Button disabled={problem !== undefined} onClick={() => void shoot()}>
      <Camera aria-hidden className="size-4" />
      {t("camera.take")}
    </Button>
  );
  return (
    <Dialog title={t("attach.camera")} isOpen onClose={onClose} footer={footer} className="sm:max-w-xl">
      {problem ? (
        <p role="alert" className="py-10 text-center text-sm text-muted">
          {t(`camera.${problem}`)}
        </p>
      ) : (
        <video
          ref={view}
          autoPlay
          muted
          playsInline
          aria-label={t("camera.view")}
          className="aspect-video w-full rounded-2xl bg-black object-cover"
        />
      )}
    </Dialog>
  );
}

/** @returns why there is no picture, if there is none */
function useCamera(view: { current: HTMLVideoElement | null }): "refused" | "missing" | undefined {
  const [problem, setProblem] = useState<"refused" | "missing">();
  useEffect(() => {
    let stream: MediaStream | undefined;
    let isOver = false;
    navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1920 }, facingMode: "environment" } }).then(
      (opened) => {
        stream = opened;
        if (isOver) stop(opened);
        else if (view.current) view.current.srcObject = opened;
      },
      (error: unknown) => {
        const isRefused = error instanceof DOMException && error.name === "NotAllowedError";
        if (!isOver) setProblem(isRefused ? "refused" : "missing");
      },
    );
    return () => {
      isOver = true;
      if (stream) stop(stream);
    };
  }, [view]);
  return problem;
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

async function takePicture(view: HTMLVideoElement): Promise<File | undefined> {
  const canvas = document.createElement("canvas");
  canvas.width = view.videoWidth;
  canvas.height = view.videoHeight;
  canvas.getContext("2d")?.drawImage(view, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  return blob ? new File([blob], "camera.jpg", { type: blob.type }) : undefined;
}
