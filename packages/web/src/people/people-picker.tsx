/** Finds people and picks one or several of them. */
import { Check } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../ui/class-names.ts";
import { Failure } from "../ui/notices.tsx";
import { RowSkeletons } from "../ui/spinner.tsx";
import { SearchField } from "../ui/text-field.tsx";
import { PersonRow } from "./person-row.tsx";
import { type Person, usePeopleSearch } from "./use-people-search.ts";

type PeoplePickerProps = {
  /** Ids of users. */
  chosen: ReadonlySet<string>;
  onToggle(person: Person): void;
  /** Ids of users who are not shown. */
  exclude?: ReadonlySet<string>;
  /** There are no marks: to pick one is all. */
  isSingle?: boolean;
  className?: string;
};

/** The field keeps the focus: arrows move in the list, Enter picks. */
export function PeoplePicker({ chosen, onToggle, exclude, isSingle = false, className }: PeoplePickerProps): ReactNode {
  const { t } = useTranslation("rooms");
  const listId = useId();
  const [text, setText] = useState("");
  const [place, setPlace] = useState(-1);
  const { people, isLoading, error, reload } = usePeopleSearch(text);
  const shown = people.filter((person) => !exclude?.has(person.id));
  const optionId = (at: number): string | undefined => (shown[at] ? `${listId}-${at}` : undefined);
  const moveTo = (at: number): void => {
    setPlace(at);
    document.getElementById(optionId(at) ?? "")?.scrollIntoView({ block: "nearest" });
  };
  /** The field is free for the next name. */
  const pick = (person: Person): void => {
    onToggle(person);
    if (!isSingle) change("");
  };
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = shown[place];
    const isInField = event.target instanceof HTMLInputElement;
    if (step !== undefined) moveTo(Math.max(-1, Math.min(place + step, shown.length - 1)));
    else if (event.key === "Enter" && at && isInField) pick(at);
    else return;
    event.preventDefault();
  };
  const change = (now: string): void => {
    setText(now);
    setPlace(now === "" ? -1 : 0);
  };
  return (
    <div
      role="group"
      aria-label={t("people")}
      className={classNames("flex min-h-0 flex-col", className)}
      onKeyDown={move}
    >
      <SearchField
        label={t("searchPeople")}
        value={text}
        onChange={change}
        list={{ id: shown.length > 0 ? listId : undefined, activeId: optionId(place) }}
        className="mx-3 mb-2"
      />
      {error ? (
        <Failure onRetry={reload} />
      ) : isLoading ? (
        <RowSkeletons count={4} />
      ) : shown.length === 0 ? (
        <p className="px-6 py-8 text-center text-sm text-muted">{t(text.trim() === "" ? "searchHint" : "nobody")}</p>
      ) : (
        <div
          id={listId}
          role="listbox"
          aria-label={t("people")}
          aria-multiselectable={!isSingle}
          className="min-h-0 flex-1 overflow-y-auto px-2"
        >
          {shown.map((person, at) => (
            <button
              key={person.id}
              type="button"
              role="option"
              id={optionId(at)}
              tabIndex={-1}
              aria-selected={chosen.has(person.id)}
              onClick={() => onToggle(person)}
              className="block w-full rounded-2xl hover:bg-hover"
            >
              <PersonRow person={person} isHighlighted={at === place}>
                {!isSingle && <Mark isOn={chosen.has(person.id)} />}
              </PersonRow>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** Shows whether something in a list is picked. */
export function Mark({ isOn }: { isOn: boolean }): ReactNode {
  return (
    <span
      aria-hidden
      className={classNames(
        "flex size-6 shrink-0 items-center justify-center rounded-full border-2",
        isOn ? "border-accent bg-accent text-on-accent" : "border-muted/60",
      )}
    >
      {isOn && <Check className="size-4" strokeWidth={3} />}
    </span>
  );
}
