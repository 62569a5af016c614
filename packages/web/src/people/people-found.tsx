/** Below the rooms that were found: people of the server, who may have no room with the person yet. */
import type { Room } from "@pipit/protocol/models/room";
import { type ReactNode, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "../ui/notices.tsx";
import { RowSkeletons } from "../ui/spinner.tsx";
import { PersonRow } from "./person-row.tsx";
import { useOpenDirect } from "./use-open-direct.ts";
import { usePeopleSearch } from "./use-people-search.ts";

type PeopleFoundProps = { text: string; rooms: readonly Room[]; hasRooms: boolean; onOpened(): void };

export function PeopleFound({ text, rooms, hasRooms, onOpened }: PeopleFoundProps): ReactNode {
  const { t } = useTranslation("rooms");
  const { people, isLoading, error, reload } = usePeopleSearch(text);
  const { openDirect } = useOpenDirect();
  // Who has a row above is not said twice.
  const known = useMemo(() => new Set(rooms.flatMap((room) => (room.is_hidden ? [] : (room.peer?.id ?? [])))), [rooms]);
  const others = people.filter((person) => !known.has(person.id));
  if (error) return <Failure onRetry={reload} />;
  if (isLoading) return <RowSkeletons count={2} />;
  if (others.length === 0)
    return hasRooms ? null : <p className="px-8 py-10 text-center text-sm text-muted">{t("nobody")}</p>;
  const open = async (id: string): Promise<void> => {
    if (await openDirect(id)) onOpened();
  };
  return (
    <section aria-label={t("people")}>
      <h3 className="px-6 pt-4 pb-1 text-sm font-semibold text-accent">{t("people")}</h3>
      {others.map((person) => (
        <button
          key={person.id}
          type="button"
          data-person={person.id}
          onClick={() => void open(person.id)}
          className="mx-2 block w-[calc(100%-1rem)] rounded-2xl hover:bg-hover"
        >
          <PersonRow person={person} />
        </button>
      ))}
    </section>
  );
}
