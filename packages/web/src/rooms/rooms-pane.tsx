/** The person's rooms, and a way to find one, or somebody. */
import type { Folder } from "@pipit/protocol/models/account";
import type { Room } from "@pipit/protocol/models/room";
import { useRooms, useSettings } from "@pipit/react";
import { Archive, MailQuestion, MessageSquarePlus } from "lucide-react";
import {
  type ComponentType,
  type KeyboardEvent,
  lazy,
  type ReactNode,
  Suspense,
  useDeferredValue,
  useId,
  useMemo,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { PushCard } from "../notify/push-card.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/notices.tsx";
import { RowSkeletons } from "../ui/spinner.tsx";
import { SearchField } from "../ui/text-field.tsx";
import { FolderTabs } from "./folder-tabs.tsx";
import { NoRows, RoomList } from "./room-list.tsx";
import { isUnread, roomsOf, searchRooms, type Tab } from "./room-tabs.ts";
import { RoomsHeader } from "./rooms-header.tsx";

const PeopleFound = lazy(() => import("../people/people-found.tsx").then((found) => ({ default: found.PeopleFound })));

/** The server is asked for people by so many letters. */
const least = 2;
const noFolders: readonly Folder[] = [];

export function RoomsPane(): ReactNode {
  const { t } = useTranslation("rooms");
  const { rooms, isLoading } = useRooms();
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text);
  return (
    <>
      <RoomsHeader />
      <div role="none" onKeyDown={toFirstRow}>
        <SearchField label={t("search")} value={text} onChange={setText} className="mx-4 mb-1" />
      </div>
      {wanted.trim() !== "" ? (
        <Found rooms={rooms} text={wanted} onOpened={() => setText("")} />
      ) : isLoading ? (
        <RowSkeletons />
      ) : (
        <Tabs rooms={rooms} />
      )}
    </>
  );
}

/** From the field, down leads into the list, and Enter opens what was found first. */
function toFirstRow(event: KeyboardEvent<HTMLElement>): void {
  const isEnter = event.key === "Enter" && event.target instanceof HTMLInputElement && event.target.value.trim() !== "";
  if (!isEnter && event.key !== "ArrowDown") return;
  const row = event.currentTarget.parentElement?.querySelector<HTMLElement>("[data-room], [data-person]");
  if (!row) return;
  event.preventDefault();
  if (isEnter) row.click();
  else row.focus();
}

function Tabs({ rooms }: { rooms: readonly Room[] }): ReactNode {
  const { t } = useTranslation("rooms");
  const id = useId();
  const [chosen, setTab] = useState<Tab>("all");
  const folders = useSettings()?.folders ?? noFolders;
  // A folder that was deleted meanwhile leads back to all.
  const isThere = ["all", "unread", "groups"].includes(chosen) || folders.some((folder) => folder.id === chosen);
  const tab = isThere ? chosen : "all";
  const shown = useMemo(() => roomsOf(rooms, tab, folders), [rooms, tab, folders]);
  const unread = useMemo(() => roomsOf(rooms, "all", folders).filter(isUnread).length, [rooms, folders]);
  // Nothing there is no row: one that grew above the first would push it out of sight.
  const hasElsewhere = useMemo(() => rooms.some((room) => !room.is_hidden && isElsewhere(room)), [rooms]);
  const label = t("list");
  return (
    <>
      <FolderTabs tab={tab} unread={unread} panelId={id} onChange={setTab} />
      <PushCard />
      <div id={id} role="tabpanel" aria-label={label} className="flex min-h-0 flex-1 flex-col">
        {shown.length > 0 || tab !== "all" ? (
          <RoomList
            rooms={shown}
            label={label}
            before={tab === "all" && hasElsewhere ? <Elsewhere rooms={rooms} /> : undefined}
            after={shown.length === 0 ? <NoRows>{t(tab === "unread" ? "allRead" : "nothing")}</NoRows> : undefined}
          />
        ) : (
          <>
            <Elsewhere rooms={rooms} />
            <NoRooms />
          </>
        )}
      </div>
    </>
  );
}

function isElsewhere({ is_archived, is_request }: Room): boolean {
  return is_archived || is_request;
}

/** What waits outside of the list. */
function Elsewhere({ rooms }: { rooms: readonly Room[] }): ReactNode {
  const { t } = useTranslation("rooms");
  const go = useGo();
  const archived = rooms.filter((room) => room.is_archived && !room.is_hidden && !room.is_request);
  const requests = rooms.filter((room) => room.is_request && !room.is_hidden).length;
  const unread = archived.filter(isUnread).length;
  return (
    <>
      {requests > 0 && (
        <ElsewhereRow
          icon={MailQuestion}
          text={t("menu.requests")}
          count={requests}
          onOpen={() => go.side("requests")}
        />
      )}
      {archived.length > 0 && (
        <ElsewhereRow icon={Archive} text={t("menu.archived")} count={unread} onOpen={() => go.side("archived")} />
      )}
    </>
  );
}

type ElsewhereRowProps = { icon: ComponentType<{ className?: string }>; text: string; count: number; onOpen(): void };

function ElsewhereRow({ icon: Icon, text, count, onOpen }: ElsewhereRowProps): ReactNode {
  return (
    <div role="listitem" className="mx-2">
      <button
        type="button"
        onClick={onOpen}
        className="flex h-12 w-full items-center gap-3.5 rounded-2xl px-3 text-start text-sm font-medium hover:bg-hover"
      >
        <span aria-hidden className="flex w-12.5 shrink-0 justify-center">
          <Icon className="size-5 text-accent" />
        </span>
        <span className="flex-1">{text}</span>
        {count > 0 && <span className="text-xs font-bold text-accent">{count}</span>}
      </button>
    </div>
  );
}

function NoRooms(): ReactNode {
  const { t } = useTranslation("rooms");
  const go = useGo();
  return (
    <EmptyState icon={MessageSquarePlus} title={t("none.title")} text={t("none.text")}>
      <Button className="mt-4" onClick={() => go.side("new")}>
        {t("none.action")}
      </Button>
    </EmptyState>
  );
}

/** Rooms that are called so, and people of the server who are. */
function Found({ rooms, text, onOpened }: { rooms: readonly Room[]; text: string; onOpened(): void }): ReactNode {
  const { t } = useTranslation("rooms");
  const found = useMemo(() => searchRooms(rooms, text), [rooms, text]);
  return (
    <RoomList
      rooms={found}
      label={t("found")}
      onOpened={onOpened}
      after={
        [...text.trim()].length >= least ? (
          <Suspense fallback={null}>
            <PeopleFound text={text} hasRooms={found.length > 0} rooms={rooms} onOpened={onOpened} />
          </Suspense>
        ) : found.length === 0 ? (
          <NoRows>{t("nothing")}</NoRows>
        ) : undefined
      }
    />
  );
}
