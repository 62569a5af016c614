/** One's own picture: shown large, chosen from a file, taken away. */
import { takeUser, useClient, useUpload } from "@pipit/react";
import { Camera, Trash2, X } from "lucide-react";
import { type ChangeEvent, type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { AvatarDoor } from "../people/avatar-door.tsx";
import { Button } from "../ui/button.tsx";
import { useToast } from "../ui/toasts.tsx";
import { useAttempt, useErrorText } from "../ui/use-attempt.ts";
import type { Me } from "./use-me.ts";

export function ProfilePicture({ me }: { me: Me }): ReactNode {
  const { t } = useTranslation("settings");
  const file = useRef<HTMLInputElement>(null);
  const { choose, remove, progress, cancel } = usePictureChange();
  const url = me.profile?.avatar_url;
  const isBusy = progress !== undefined;
  return (
    <div className="flex flex-col items-center gap-3 px-5 pt-2 pb-5">
      <div className="relative">
        <AvatarDoor id={me.id} name={me.name} url={url ?? null} size={128} />
        {isBusy && <Progress share={progress} />}
      </div>
      <input
        ref={file}
        type="file"
        accept="image/*"
        className="sr-only"
        tabIndex={-1}
        aria-label={t("profile.choose")}
        onChange={choose}
      />
      <div className="flex flex-wrap justify-center gap-2">
        {isBusy ? (
          <Button look="secondary" onClick={cancel}>
            <X aria-hidden className="size-4" />
            {t("profile.cancelUpload")}
          </Button>
        ) : (
          <Button look="secondary" onClick={() => file.current?.click()}>
            <Camera aria-hidden className="size-4" />
            {t(url ? "profile.change" : "profile.choose")}
          </Button>
        )}
        {url && !isBusy && (
          <Button look="quiet" className="text-danger" onClick={remove}>
            <Trash2 aria-hidden className="size-4" />
            {t("profile.removePicture")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** A ring around the picture. */
function Progress({ share }: { share: number }): ReactNode {
  const { t, i18n } = useTranslation("settings");
  const percent = new Intl.NumberFormat(i18n.language, { style: "percent" }).format(share);
  return (
    <span className="absolute inset-0 flex items-center justify-center rounded-full bg-black/55 font-semibold text-white">
      <svg viewBox="0 0 36 36" aria-hidden className="absolute inset-0 -rotate-90">
        <circle
          cx="18"
          cy="18"
          r="16.5"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
          pathLength="1"
          strokeDasharray={`${share} 1`}
        />
      </svg>
      <span
        role="progressbar"
        aria-label={t("profile.uploading", { percent })}
        aria-valuenow={Math.round(share * 100)}
        className="text-sm"
      >
        {percent}
      </span>
    </span>
  );
}

type PictureChange = {
  choose(event: ChangeEvent<HTMLInputElement>): void;
  remove(): void;
  cancel(): void;
  /** From 0 to 1 while one is on its way. */
  progress: number | undefined;
};

/** Uploads what was chosen, and shows it to others once it is there. */
function usePictureChange(): PictureChange {
  const { t } = useTranslation("settings");
  const client = useClient();
  const { attempt } = useAttempt();
  const toast = useToast();
  const say = useErrorText();
  const { start, snapshot, abort } = useUpload();
  const show = useRef(async (_avatar_url: string | null) => {});
  show.current = async (avatar_url) => {
    const profile = await attempt(() => client.api.users.update({ avatar_url }));
    if (profile) takeUser(client, profile);
  };
  const media = snapshot?.state === "done" ? snapshot.media : undefined;
  const error = snapshot?.state === "failed" ? snapshot.error : undefined;
  useEffect(() => {
    if (media) void show.current(media.url);
  }, [media]);
  useEffect(() => {
    if (error) toast({ text: say(error), isError: true });
  }, [error, toast, say]);
  const isGoing = snapshot && !["done", "failed", "aborted"].includes(snapshot.state);
  return {
    progress: isGoing ? snapshot.sent / Math.max(1, snapshot.total) : undefined,
    cancel: abort,
    remove: () => void show.current(null),
    choose(event) {
      const [blob] = event.target.files ?? [];
      event.target.value = "";
      if (!blob) return;
      if (!blob.type.startsWith("image/")) toast({ text: t("profile.notPicture"), isError: true });
      else start({ blob, fileName: blob.name, messageType: "image" });
    },
  };
}
