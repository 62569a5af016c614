/** Ways to what has been said and sent in a room. */
import type { Room } from "@pipit/protocol/models/room";
import { Images, Pin, Star } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { now } from "../clock.ts";
import { InfoRow, InfoRows } from "./info-row.tsx";

export function RoomContents({ room }: { room: Room }): ReactNode {
  const { t, i18n } = useTranslation("info");
  const go = useGo();
  const pins = room.pinned_messages.filter((pin) => Date.parse(pin.expires_at) > now()).length;
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <InfoRows>
      <InfoRow icon={Images} label={t("title.media")} isDoor onClick={() => go.panel("media")} />
      <InfoRow icon={Star} label={t("title.starred")} isDoor onClick={() => go.panel("starred")} />
      <InfoRow
        icon={Pin}
        label={t("title.pins")}
        value={pins > 0 ? number.format(pins) : undefined}
        isDoor
        onClick={() => go.panel("pins")}
      />
    </InfoRows>
  );
}
