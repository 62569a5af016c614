/** A group or channel: picture, name and description, which may be edited in place by whoever may; who made it and when. */
import type { Room } from "@pipit/protocol/models/room";
import { useClient, useUser } from "@pipit/react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useTimes } from "../messages/use-times.ts";
import { AvatarDoor } from "../people/avatar-door.tsx";
import { PictureField } from "../people/picture-field.tsx";
import { useIdentity } from "../session/session.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { EditableText } from "./editable-text.tsx";
import { canEditInfo } from "./room-rights.ts";

type Changes = { name?: string; description?: string | null; avatar_url?: string };

export function GroupHead({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("info");
  const { api } = useClient();
  const { attempt } = useAttempt();
  const { id, name, description, avatar_url: url, type, member_count: count } = room;
  const canEdit = canEditInfo(room);
  const save = async (changes: Changes): Promise<boolean> =>
    (await attempt(() => api.rooms.update({ room_id: id, ...changes }))) !== undefined;
  const picture = { id, name: name ?? "", url, size: 144 };
  return (
    <>
      <div className="flex flex-col items-center px-5 pt-2 pb-6 text-center">
        {canEdit ? (
          <PictureField {...picture} onChange={(avatar_url) => void save({ avatar_url })} />
        ) : (
          <AvatarDoor {...picture} />
        )}
        <div className="h-4" />
        <EditableText
          label={t("name")}
          value={name ?? ""}
          maxLength={100}
          isRequired
          canEdit={canEdit}
          onSave={(text) => save({ name: text })}
          className="text-xl font-bold text-balance"
        />
        <p className="mt-1 text-muted">{t(`kind.${type === "channel" ? "channel" : "group"}`, { count })}</p>
      </div>
      <section className="border-t border-line px-5 py-4">
        <EditableText
          label={t("description")}
          value={description ?? ""}
          maxLength={500}
          isLong
          canEdit={canEdit}
          onSave={(text) => save({ description: text || null })}
          className="text-start whitespace-pre-wrap"
        />
        <Origin room={room} />
      </section>
    </>
  );
}

function Origin({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("info");
  const { userId } = useIdentity();
  const maker = useUser(room.created_by);
  const { day } = useTimes();
  const at = day(room.created_at);
  return (
    <p className="mt-2 text-sm text-muted">
      <time dateTime={room.created_at}>
        {room.created_by === userId ? t("madeByMe", { at }) : t("madeBy", { name: maker?.name ?? "…", at })}
      </time>
    </p>
  );
}
