/** A film over the whole page. It is played from the server as it comes, whatever its length. */

import type { Message } from "@pipit/protocol/models/message";
import { useClient } from "@pipit/react";
import { Download } from "lucide-react";
import { type MouseEvent, type ReactNode, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button.tsx";
import { Failure } from "../ui/notices.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { useErrorText } from "../ui/use-attempt.ts";
import { useLoad } from "../ui/use-load.ts";
import { useSaveFile } from "./save-file.ts";
import { useMediaFile } from "./use-media-file.ts";

type Medium = NonNullable<Message["media"]>;

export function ViewerFilm({ media, isKept }: { media: Medium; isKept: boolean }): ReactNode {
  const { api } = useClient();
  const say = useErrorText();
  const { t } = useTranslation("media");
  const hasPoster = media.thumbnail_url !== null;
  const poster = useMediaFile(hasPoster ? media.url : undefined, {
    width: 1280,
    height: 1280,
    fit: "contain",
    format: "webp",
    isKept,
  });
  // The address ends after an hour: it is asked for when the film is looked at.
  const ask = useCallback(() => api.media.get({ uploadId: media.upload_id }), [api, media.upload_id]);
  const { value, error, isLoading, reload } = useLoad(ask);
  const [broken, setBroken] = useState<string>();
  const isBroken = value !== undefined && broken === value.signedUrl;
  if (error) {
    return (
      <div className="m-auto max-w-sm rounded-2xl bg-raised">
        <Failure text={say(error)} onRetry={reload} />
      </div>
    );
  }
  if (isLoading) return <Waiting label={t("loading")} />;
  if (isBroken) return <Unplayable media={media} />;
  return (
    <FilmPlayer
      address={value?.signedUrl}
      poster={poster.url}
      label={t("video")}
      onError={() => setBroken(value?.signedUrl)}
    />
  );
}

type FilmPlayerProps = {
  address: string | undefined;
  poster?: string | undefined;
  label: string;
  /** It may be looked at once: nothing offers to keep it. */
  isOnce?: boolean;
  onError(): void;
};

/** Begins by itself: somebody has pressed it to see it. */
export function FilmPlayer({ address, poster, label, isOnce = false, onError }: FilmPlayerProps): ReactNode {
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  useEffect(() => {
    // A browser that lets nothing begin by itself has a button for it.
    element?.play().catch(() => undefined);
    return () => element?.pause();
  }, [element]);
  return (
    <video
      ref={setElement}
      src={address}
      poster={poster}
      aria-label={label}
      controls
      playsInline
      onError={onError}
      {...(isOnce && { controlsList: "nodownload", disablePictureInPicture: true, onContextMenu: refuse })}
      className="size-full bg-black object-contain outline-none"
    />
  );
}

function refuse(event: MouseEvent): void {
  event.preventDefault();
}

function Waiting({ label }: { label: string }): ReactNode {
  return (
    <span role="status" aria-label={label} className="m-auto text-white">
      <Spinner className="size-9" />
    </span>
  );
}

function Unplayable({ media }: { media: Medium }): ReactNode {
  const { t } = useTranslation("media");
  const { save, isBusy } = useSaveFile();
  return (
    <div role="alert" className="m-auto flex max-w-sm flex-col items-center gap-4 p-6 text-center text-white">
      <p>{t("cantPlayFilm")}</p>
      <Button look="secondary" isBusy={isBusy} onClick={() => void save(media)}>
        <Download aria-hidden className="size-4" />
        {t("download")}
      </Button>
    </div>
  );
}
