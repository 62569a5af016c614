/** A picture of a person or room that opens large. */
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePicture } from "../media/use-picture.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Dialog } from "../ui/dialog.tsx";

type AvatarDoorProps = { id: string; name: string; url: string | null; size: number };

/** Without a picture there is nothing to open. */
export function AvatarDoor(props: AvatarDoorProps): ReactNode {
  const { t } = useTranslation("rooms");
  const [isOpen, setOpen] = useState(false);
  if (!props.url) return <Avatar {...props} />;
  return (
    <>
      <button
        type="button"
        aria-label={t("picture.enlarge")}
        onClick={() => setOpen(true)}
        className="block cursor-zoom-in rounded-full"
      >
        <Avatar {...props} />
      </button>
      {isOpen && <Enlarged name={props.name} url={props.url} onClose={() => setOpen(false)} />}
    </>
  );
}

type EnlargedProps = { name: string; url: string; onClose(): void };

function Enlarged({ name, url, onClose }: EnlargedProps): ReactNode {
  const picture = usePicture(url, { width: 640 });
  return (
    <Dialog title={name} isOpen onClose={onClose} className="pb-5">
      <div className="flex aspect-square items-center justify-center overflow-hidden rounded-2xl bg-hover">
        {picture && <img src={picture} alt={name} className="size-full animate-fade object-contain" />}
      </div>
    </Dialog>
  );
}
