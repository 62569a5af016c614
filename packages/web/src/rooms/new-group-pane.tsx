/** Makes a group: first who is in it, then how it is called. */
import { useClient } from "@pipit/react";
import { ArrowRight, X } from "lucide-react";
import { type FormEvent, type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { PeoplePicker } from "../people/people-picker.tsx";
import { PictureField } from "../people/picture-field.tsx";
import type { Person } from "../people/use-people-search.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { Choice } from "../ui/choice.tsx";
import { PaneHeader } from "../ui/pane.tsx";
import { TextArea, TextField } from "../ui/text-field.tsx";
import { useAttempt } from "../ui/use-attempt.ts";

export function NewGroupPane(): ReactNode {
  const { t } = useTranslation("rooms");
  const go = useGo();
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [isNaming, setNaming] = useState(false);
  if (isNaming) return <Naming people={people} onBack={() => setNaming(false)} />;
  const toggle = (person: Person): void =>
    setPeople((before) =>
      before.some(({ id }) => id === person.id) ? before.filter(({ id }) => id !== person.id) : [...before, person],
    );
  return (
    <>
      <PaneHeader title={t("group.who")} onBack={() => go.back(() => go.side(undefined))} />
      <Chosen people={people} onDrop={toggle} />
      <Picker people={people} onToggle={toggle} />
      <div className="border-t border-line p-4">
        <Button className="w-full" onClick={() => setNaming(true)}>
          {t("group.next")}
          <ArrowRight aria-hidden className="size-4 rtl:-scale-x-100" />
        </Button>
      </div>
    </>
  );
}

function Picker({ people, onToggle }: { people: readonly Person[]; onToggle(person: Person): void }): ReactNode {
  const chosen = useMemo(() => new Set(people.map(({ id }) => id)), [people]);
  return <PeoplePicker chosen={chosen} onToggle={onToggle} className="min-h-0 flex-1" />;
}

function Chosen({ people, onDrop }: { people: readonly Person[]; onDrop(person: Person): void }): ReactNode {
  const { t } = useTranslation("rooms");
  if (people.length === 0) return null;
  return (
    <ul aria-label={t("group.chosen")} className="flex max-h-32 shrink-0 flex-wrap gap-2 overflow-y-auto px-4 pb-3">
      {people.map((person) => (
        <li key={person.id}>
          <button
            type="button"
            onClick={() => onDrop(person)}
            aria-label={t("group.drop", { name: person.name })}
            className="flex h-9 items-center gap-2 rounded-full bg-accent-soft pe-2.5 text-sm"
          >
            <Avatar id={person.id} name={person.name} url={person.avatar_url} size={36} />
            <span dir="auto">{person.name}</span>
            <X aria-hidden className="size-4 text-muted" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Naming({ people, onBack }: { people: readonly Person[]; onBack(): void }): ReactNode {
  const { t } = useTranslation("rooms");
  const { api } = useClient();
  const go = useGo();
  const { attempt, isBusy } = useAttempt();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [type, setType] = useState<"group" | "channel">("group");
  const [url, setUrl] = useState<string | null>(null);
  const [isUploading, setUploading] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const create = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setMissing(name.trim() === "");
    if (name.trim() === "") return;
    const about = { type, name: name.trim(), description: description.trim() || null, avatar_url: url };
    const room = await attempt(() => api.rooms.create({ ...about, member_ids: people.map(({ id }) => id) }));
    if (room) go.room(room.id);
  };
  const options = (["group", "channel"] as const).map((value) => ({
    value,
    label: t(`group.${value}`),
    hint: t(`group.${value}Hint`),
  }));
  return (
    <form onSubmit={(event) => void create(event)} noValidate className="flex min-h-0 flex-1 flex-col">
      <PaneHeader title={t("menu.group")} onBack={onBack} />
      <div className="min-h-0 flex-1 space-y-5 overflow-y-auto px-5 py-3">
        <PictureField id="new" name={name || "?"} url={url} onChange={setUrl} onBusy={setUploading} />
        <TextField
          label={t("group.name")}
          value={name}
          maxLength={100}
          dir="auto"
          autoFocus
          error={isMissing ? t("group.nameMissing") : undefined}
          onChange={(event) => setName(event.target.value)}
        />
        <TextArea
          label={t("group.description")}
          value={description}
          maxLength={500}
          dir="auto"
          onChange={(event) => setDescription(event.target.value)}
        />
        <Choice label={t("group.kind")} value={type} options={options} onChange={(value) => setType(value)} />
        {people.length > 0 && <p className="text-sm text-muted">{t("group.members", { count: people.length })}</p>}
      </div>
      <div className="border-t border-line p-4">
        <Button type="submit" className="w-full" isBusy={isBusy || isUploading}>
          {t("group.create")}
        </Button>
      </div>
    </form>
  );
}
