/** Shows a picture and takes another one in its place. */
import { Camera, X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../ui/button.tsx";
import { AvatarDoor } from "./avatar-door.tsx";
import { usePictureUpload } from "./use-picture-upload.ts";

type PictureFieldProps = {
  id: string;
  name: string;
  url: string | null;
  size?: number;
  onChange(url: string): void;
  /** Told whether a picture is on its way: what it belongs to has to wait. Always the same function. */
  onBusy?(isBusy: boolean): void;
};

/** A file that can't be shown is refused by the server, which says why. */
export function PictureField({ id, name, url, size = 112, onChange, onBusy }: PictureFieldProps): ReactNode {
  const { t } = useTranslation("rooms");
  const file = useRef<HTMLInputElement>(null);
  const { choose, cancel, progress } = usePictureUpload(onChange);
  const isBusy = progress !== undefined;
  useEffect(() => onBusy?.(isBusy), [onBusy, isBusy]);
  return (
    <div className="relative mx-auto w-fit">
      <AvatarDoor id={id} name={name} url={url} size={size} />
      {progress !== undefined && (
        <progress
          aria-label={t("picture.uploading")}
          value={progress}
          className="absolute inset-x-4 bottom-2 h-1.5 w-auto accent-accent"
        />
      )}
      <input
        ref={file}
        type="file"
        accept="image/*"
        className="sr-only"
        tabIndex={-1}
        aria-label={t("picture.choose")}
        onChange={({ target }) => {
          const [chosen] = target.files ?? [];
          target.value = "";
          if (chosen) choose(chosen);
        }}
      />
      <IconButton
        label={t(progress === undefined ? "picture.choose" : "picture.cancel")}
        className="absolute -end-1 -bottom-1 bg-accent text-on-accent shadow-flat ring-2 ring-surface hover:bg-accent-hover! hover:text-on-accent"
        onClick={() => (progress === undefined ? file.current?.click() : cancel())}
      >
        {progress === undefined ? <Camera /> : <X />}
      </IconButton>
    </div>
  );
}
