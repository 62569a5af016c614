/** Finds rooms and picks some of them, to send something to or to gather. */
import type { Room } from "@pipit/protocol/models/room";
import { useRooms } from "@pipit/react";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { VList } from "virtua";
import { Mark } from "../people/people-picker.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { SearchField } from "../ui/text-field.tsx";
import { listed, searchRooms } from "./room-tabs.ts";
import { titleOf } from "./room-title.ts";

type RoomPickerProps = {
  /** Ids of rooms. */
  chosen: ReadonlySet<string>;
  onToggle(room: Room): void;
  /** So many may be picked. */
  max: number;
  /** Those in which the person says nothing, too. */
  isForReading?: boolean;
};

export function RoomPicker({ chosen, onToggle, max, isForReading = false }: RoomPickerProps): ReactNode {
  const { t } = useTranslation("rooms");
  const { rooms } = useRooms();
  const [text, setText] = useState("");
  const shown = useMemo(
    () =>
      (text.trim() === "" ? listed(rooms) : searchRooms(rooms, text)).filter((room) => isForReading || mayWrite(room)),
    [rooms, text, isForReading],
  );
  return (
    <div className="flex h-[50dvh] flex-col">
      <SearchField label={t("search")} value={text} onChange={setText} className="mx-1 mb-2" />
      {shown.length === 0 && <p className="px-6 py-8 text-center text-sm text-muted">{t("nothing")}</p>}
      <div role="listbox" aria-label={t("list")} aria-multiselectable className="min-h-0 flex-1">
        <VList className="h-full">
          {shown.map((room) => (
            <Option
              key={room.id}
              room={room}
              isOn={chosen.has(room.id)}
              isDisabled={!chosen.has(room.id) && chosen.size >= max}
              onToggle={onToggle}
            />
          ))}
        </VList>
      </div>
    </div>
  );
}

type OptionProps = { room: Room; isOn: boolean; isDisabled: boolean; onToggle(room: Room): void };

function Option({ room, isOn, isDisabled, onToggle }: OptionProps): ReactNode {
  const { title, avatarUrl, avatarId } = titleOf(room);
  return (
    <button
      type="button"
      role="option"
      aria-selected={isOn}
      disabled={isDisabled}
      onClick={() => onToggle(room)}
      className="flex w-full items-center gap-3.5 rounded-2xl px-3 py-2 text-start hover:bg-hover disabled:opacity-45"
    >
      <Avatar id={avatarId} name={title} url={avatarUrl} size={42} />
      <span className="min-w-0 flex-1 truncate font-medium">
        <bdi>{title}</bdi>
      </span>
      <Mark isOn={isOn} />
    </button>
  );
}

/** In a room for announcements, only admins say something. */
function mayWrite({ role, settings }: Room): boolean {
  return role !== "member" || settings.who_can_send === "everyone";
}
