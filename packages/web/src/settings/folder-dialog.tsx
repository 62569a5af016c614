/** A folder's name, and which chats are in it. */
import type { Folder } from "@pipit/protocol/models/account";
import { type FormEvent, lazy, type ReactNode, Suspense, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Loading } from "../ui/spinner.tsx";
import { Switch } from "../ui/switch.tsx";
import { TextField } from "../ui/text-field.tsx";

const RoomPicker = lazy(() => import("../rooms/room-picker.tsx").then((picker) => ({ default: picker.RoomPicker })));

const rules = ["include_unread", "include_direct", "include_groups"] as const;
const mostRooms = 200;

type FolderDialogProps = { folder: Folder; onSave(folder: Folder): Promise<void>; onClose(): void };

export function FolderDialog({ folder, onSave, onClose }: FolderDialogProps): ReactNode {
  const { t } = useTranslation("settings");
  const form = useId();
  const [draft, setDraft] = useState(folder);
  const [isBusy, setBusy] = useState(false);
  const change = (changes: Partial<Folder>): void => setDraft((before) => ({ ...before, ...changes }));
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    await onSave({ ...draft, name: draft.name.trim() });
    setBusy(false);
  };
  const footer = (
    <Button type="submit" form={form} disabled={draft.name.trim() === ""} isBusy={isBusy}>
      {t("save")}
    </Button>
  );
  return (
    <Dialog title={t(folder.name === "" ? "folders.add" : "folders.edit")} isOpen onClose={onClose} footer={footer}>
      <form id={form} onSubmit={save}>
        <TextField
          label={t("folders.name")}
          value={draft.name}
          maxLength={50}
          dir="auto"
          autoFocus
          onChange={(event) => change({ name: event.target.value })}
        />
        <h3 className="mt-5 mb-1 text-sm font-semibold text-muted">{t("folders.includes")}</h3>
        {rules.map((rule) => (
          <Switch
            key={rule}
            label={t(`folders.${rule}`)}
            isOn={draft[rule]}
            onChange={(isOn) => change({ [rule]: isOn })}
          />
        ))}
      </form>
      {/* Outside: Enter in its search is not meant to save. */}
      <ChosenRooms roomIds={draft.room_ids} onChange={(room_ids) => change({ room_ids })} />
    </Dialog>
  );
}

type ChosenProps = { roomIds: readonly string[]; onChange(roomIds: string[]): void };

function ChosenRooms({ roomIds, onChange }: ChosenProps): ReactNode {
  const { t } = useTranslation("settings");
  const [isOpen, setOpen] = useState(false);
  const toggle = (id: string): void =>
    onChange(roomIds.includes(id) ? roomIds.filter((one) => one !== id) : [...roomIds, id]);
  return (
    <>
      <div className="flex items-center gap-3 py-2.5">
        <span className="flex-1">
          <span className="block">{t("folders.chosen")}</span>
          {roomIds.length > 0 && (
            <span className="block text-sm text-muted">{t("folders.chosenCount", { count: roomIds.length })}</span>
          )}
        </span>
        <Button look="secondary" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t("folders.chooseChats")}
        </Button>
      </div>
      {isOpen && (
        <Suspense fallback={<Loading />}>
          <RoomPicker chosen={new Set(roomIds)} onToggle={({ id }) => toggle(id)} max={mostRooms} isForReading />
        </Suspense>
      )}
    </>
  );
}
