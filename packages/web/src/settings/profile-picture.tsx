/** One's own picture: shown large, chosen from a file, taken away. */
import { takeUser, useClient } from "@pipit/react";
import { Camera, Trash2, X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { AvatarDoor } from "../people/avatar-door.tsx";
import { type PictureUpload, usePictureUpload } from "../people/use-picture-upload.ts";
import { Button } from "../ui/button.tsx";
import { ProgressRing } from "../ui/progress-ring.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
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
        onChange={({ target }) => {
          const [chosen] = target.files ?? [];
          target.value = "";
          if (chosen) choose(chosen);
        }}
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
      <ProgressRing share={share} />
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

/** What was chosen is shown to others once it is there. */
function usePictureChange(): PictureUpload & { remove(): void } {
  const client = useClient();
  const { attempt } = useAttempt();
  const show = async (avatar_url: string | null): Promise<void> => {
    const profile = await attempt(() => client.api.users.update({ avatar_url }));
    if (profile) takeUser(client, profile);
  };
  const upload = usePictureUpload((url) => void show(url));
  return { ...upload, remove: () => void show(null) };
}
