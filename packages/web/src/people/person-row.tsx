/** Somebody in a list of people. */
import { usePresence } from "@pipit/react";
import type { ReactNode } from "react";
import { Avatar } from "../ui/avatar.tsx";
import { classNames } from "../ui/class-names.ts";
import type { Person } from "./use-people-search.ts";

type PersonRowProps = {
  person: Person;
  /** Said below the name, in place of their status. */
  note?: string | undefined;
  /** At the end of the row. */
  children?: ReactNode;
  isHighlighted?: boolean;
};

/** What is to be pressed stands around it. */
export function PersonRow({ person, note, children, isHighlighted = false }: PersonRowProps): ReactNode {
  const presence = usePresence(person.id);
  const about = note ?? person.status_message ?? presence?.status_message;
  return (
    <span
      className={classNames("flex min-h-14 items-center gap-3.5 rounded-2xl px-3 py-2", isHighlighted && "bg-hover")}
    >
      <Avatar
        id={person.id}
        name={person.name}
        url={person.avatar_url}
        size={44}
        isOnline={presence?.is_online === true}
      />
      <span className="min-w-0 flex-1 text-start">
        <span className="block truncate font-medium">
          <bdi>{person.name}</bdi>
        </span>
        {about && (
          <span className="block truncate text-sm text-muted">
            <bdi>{about}</bdi>
          </span>
        )}
      </span>
      {children}
    </span>
  );
}
