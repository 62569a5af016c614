/** Chooses who else is to be in a room. */
import type { Room } from "@pipit/protocol/models/room";
import { useMembers } from "@pipit/react";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { PeoplePicker } from "../people/people-picker.tsx";
import { PersonRow } from "../people/person-row.tsx";
import type { Person } from "../people/use-people-search.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ChosenNames } from "./chosen-names.tsx";
import { type AddMembers, useAddMembers } from "./use-add-members.ts";

type AddMembersDialogProps = { room: Room; onClose(): void };

export function AddMembersDialog({ room, onClose }: AddMembersDialogProps): ReactNode {
  const { t } = useTranslation("info");
  const adding = useAddMembers(room);
  const members = useMembers(room.id);
  const [people, setPeople] = useState<readonly Person[]>([]);
  const chosen = useMemo(() => new Set(people.map(({ id }) => id)), [people]);
  const known = useMemo(() => new Set(members.map(({ user_id }) => user_id)), [members]);
  if (adding.unaddable.length > 0) return <InviteInstead adding={adding} onClose={onClose} />;
  const toggle = (person: Person): void =>
    setPeople((before) =>
      before.some(({ id }) => id === person.id) ? before.filter(({ id }) => id !== person.id) : [...before, person],
    );
  const add = async (): Promise<void> => {
    if (await adding.add(people)) onClose();
  };
  const footer = (
    <Button className="w-full" isBusy={adding.isBusy} disabled={people.length === 0} onClick={() => void add()}>
      {people.length === 0 ? t("add.action") : t("add.actionCount", { count: people.length })}
    </Button>
  );
  return (
    <Dialog title={t("add.title")} isOpen onClose={onClose} footer={footer}>
      <ChosenNames names={people.map(({ name }) => name)} />
      <PeoplePicker chosen={chosen} onToggle={toggle} exclude={known} className="-mx-3 h-[50dvh] pt-1" />
    </Dialog>
  );
}

/** Those who don't let themselves be added. */
function InviteInstead({ adding, onClose }: { adding: AddMembers; onClose(): void }): ReactNode {
  const { t } = useTranslation("info");
  const { unaddable, isBusy } = adding;
  const invite = async (): Promise<void> => {
    if (await adding.invite()) onClose();
  };
  const footer = (
    <>
      <Button look="secondary" onClick={onClose}>
        {t("cancel")}
      </Button>
      <Button isBusy={isBusy} onClick={() => void invite()}>
        {t("add.invite", { count: unaddable.length })}
      </Button>
    </>
  );
  return (
    <Dialog
      title={t("add.inviteTitle")}
      description={t("add.inviteText", { count: unaddable.length })}
      isOpen
      onClose={onClose}
      footer={footer}
    >
      <ul className="-mx-3">
        {unaddable.map((person) => (
          <li key={person.id}>
            <PersonRow person={person} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
