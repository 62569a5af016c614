/** Members who may be meant, above the text. */
import type { Member } from "@pipit/protocol/models/room";
import { Users } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../ui/avatar.tsx";
import { classNames } from "../ui/class-names.ts";

/** A member, or everyone. */
export type Mentionable = Pick<Member, "user_id" | "name" | "avatar_url"> | "all";

type MentionListProps = {
  id: string;
  people: readonly Mentionable[];
  /** The one that Enter takes. */
  place: number;
  onPick(person: Mentionable): void;
};

/** The text keeps the focus. */
export function MentionList({ id, people, place, onPick }: MentionListProps): ReactNode {
  const { t } = useTranslation("composer");
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[place]?.scrollIntoView({ block: "nearest" });
  }, [place]);
  return (
    <div
      ref={list}
      id={id}
      role="listbox"
      aria-label={t("mention.list")}
      className="absolute inset-x-3 bottom-full z-20 mb-2 max-h-64 animate-rise overflow-y-auto rounded-2xl border border-line bg-raised p-1.5 shadow-raised"
    >
      {people.map((person, at) => (
        <button
          key={person === "all" ? "all" : person.user_id}
          id={`${id}-${at}`}
          type="button"
          role="option"
          tabIndex={-1}
          aria-selected={at === place}
          // The text would lose the focus, and its caret with it.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onPick(person)}
          className={classNames(
            "flex w-full items-center gap-3 rounded-xl px-3 py-2 text-start hover:bg-hover",
            at === place && "bg-hover",
          )}
        >
          {person === "all" ? (
            <span className="flex size-8 items-center justify-center rounded-full bg-accent-soft text-accent">
              <Users aria-hidden className="size-4" />
            </span>
          ) : (
            <Avatar id={person.user_id} name={person.name} url={person.avatar_url} size={32} />
          )}
          <span className="min-w-0 flex-1 truncate">
            {person === "all" ? t("mention.all") : <bdi>{person.name}</bdi>}
          </span>
        </button>
      ))}
    </div>
  );
}
