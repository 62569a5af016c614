/** The other one of a direct room: picture, name, whether they are there, what they say of themselves. */
import type { Room } from "@pipit/protocol/models/room";
import { usePresence } from "@pipit/react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useTimes } from "../messages/use-times.ts";
import { AvatarDoor } from "../people/avatar-door.tsx";
import { useRoomTitle } from "../rooms/room-title.ts";
import { useIdentity } from "../session/session.tsx";
import { Section } from "../ui/pane.tsx";

export function DirectHead({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("info");
  const { title, avatarUrl, avatarId, peerId } = useRoomTitle(room);
  const status = usePresence(peerId)?.status_message;
  return (
    <>
      <div className="flex flex-col items-center px-5 pt-2 pb-6 text-center">
        <AvatarDoor id={avatarId} name={title} url={avatarUrl} size={144} />
        <h3 className="mt-4 max-w-full text-xl font-bold text-balance break-words">
          <bdi>{title}</bdi>
        </h3>
        <Presence peerId={peerId} />
      </div>
      {status && (
        <Section title={t("about")}>
          <p dir="auto" className="text-start break-words whitespace-pre-wrap">
            {status}
          </p>
        </Section>
      )}
    </>
  );
}

function Presence({ peerId }: { peerId: string | undefined }): ReactNode {
  const { t } = useTranslation("info");
  const { userId } = useIdentity();
  const presence = usePresence(peerId);
  const { ago } = useTimes();
  if (peerId === undefined || peerId === userId) return <p className="mt-1 text-muted">{t("notes")}</p>;
  if (presence?.is_online) return <p className="mt-1 text-accent">{t("online")}</p>;
  if (!presence?.last_seen) return null;
  return (
    <p className="mt-1 text-muted">
      <time dateTime={presence.last_seen}>{t("lastSeen", { at: ago(presence.last_seen) })}</time>
    </p>
  );
}
