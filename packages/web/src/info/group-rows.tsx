/** What those who govern a group see of it besides: who asks to join, and what members may do. */
import type { Room } from "@pipit/protocol/models/room";
import { SlidersHorizontal } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { JoinRequests } from "../rooms/join-requests.tsx";
import { GroupSettingsDialog } from "./group-settings-dialog.tsx";
import { InfoRow, InfoRows } from "./info-row.tsx";
import { canGovern } from "./room-rights.ts";
import { useRoomJoinRequests } from "./use-room-join-requests.ts";

export function GroupRows({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("info");
  const [isSetting, setSetting] = useState(false);
  if (!canGovern(room)) return null;
  return (
    <>
      <InfoRows>
        <InfoRow icon={SlidersHorizontal} label={t("settings.title")} isDoor onClick={() => setSetting(true)} />
        {isSetting && <GroupSettingsDialog room={room} onClose={() => setSetting(false)} />}
      </InfoRows>
      <Requests roomId={room.id} />
    </>
  );
}

/** Nothing is said while there are none. */
function Requests({ roomId }: { roomId: string }): ReactNode {
  const { t } = useTranslation("info");
  const view = useRoomJoinRequests(roomId);
  if (view.requests.length === 0) return null;
  return (
    <InfoRows title={t("requests", { count: view.requests.length })}>
      <div className="-mx-2 pt-1">
        <JoinRequests {...view} />
      </div>
    </InfoRows>
  );
}
