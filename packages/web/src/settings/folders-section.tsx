/** The person's folders: made, changed, moved, deleted. */

import type { Folder } from "@pipit/protocol/models/account";
import { useClient } from "@pipit/react";
import { ArrowDown, ArrowUp, FolderOpen, FolderPlus, Pencil, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { EmptyState } from "../ui/notices.tsx";
import { RowSkeletons } from "../ui/spinner.tsx";
import { FolderDialog } from "./folder-dialog.tsx";
import { type Setting, useSetting } from "./use-setting.ts";

const most = 20;

export function FoldersSection(): ReactNode {
  const { t } = useTranslation("settings");
  const { value: folders, change } = useFolders();
  const [editing, setEditing] = useState<Folder>();
  const [leaving, setLeaving] = useState<Folder>();
  if (!folders) return <RowSkeletons count={3} />;
  const save = async (folder: Folder): Promise<void> => {
    const isKnown = folders.some(({ id }) => id === folder.id);
    const next = isKnown ? folders.map((one) => (one.id === folder.id ? folder : one)) : [...folders, folder];
    if (await change(next)) setEditing(undefined);
  };
  const remove = (): void => {
    void change(folders.filter(({ id }) => id !== leaving?.id));
    setLeaving(undefined);
  };
  return (
    <div className="px-5">
      {folders.length === 0 ? (
        <EmptyState icon={FolderOpen} title={t("folders.none")} text={t("folders.noneText")} />
      ) : (
        <p className="mb-2 text-sm text-muted">{t("folders.text")}</p>
      )}
      <ol>
        {folders.map((folder, place) => (
          <li key={folder.id}>
            <FolderRow
              folder={folder}
              isFirst={place === 0}
              isLast={place === folders.length - 1}
              onMove={(by) => void change(moved(folders, place, by))}
              onEdit={() => setEditing(folder)}
              onDelete={() => setLeaving(folder)}
            />
          </li>
        ))}
      </ol>
      {folders.length < most ? (
        <Button look="secondary" className="mt-4 w-full" onClick={() => setEditing(newFolder())}>
          <FolderPlus aria-hidden className="size-4" />
          {t("folders.add")}
        </Button>
      ) : (
        <p className="mt-4 text-sm text-muted">{t("folders.most", { count: most })}</p>
      )}
      {editing && (
        <FolderDialog key={editing.id} folder={editing} onSave={save} onClose={() => setEditing(undefined)} />
      )}
      <ConfirmDialog
        title={leaving ? t("folders.deleteName", { name: leaving.name }) : ""}
        description={t("folders.deleteText")}
        action={t("folders.delete")}
        isDangerous
        isOpen={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        onConfirm={remove}
      />
    </div>
  );
}

function useFolders(): Setting<Folder[]> {
  const { api } = useClient();
  return useSetting(
    (settings) => settings.folders,
    (folders) => api.folders.set({ folders }),
  );
}

function newFolder(): Folder {
  return {
    id: crypto.randomUUID(),
    name: "",
    include_unread: false,
    include_groups: false,
    include_direct: false,
    room_ids: [],
  };
}

/** With the one at a place standing one earlier or later. */
function moved(folders: readonly Folder[], place: number, by: 1 | -1): Folder[] {
  const next = [...folders];
  next.splice(place + by, 0, ...next.splice(place, 1));
  return next;
}

type RowProps = {
  folder: Folder;
  isFirst: boolean;
  isLast: boolean;
  onMove(by: 1 | -1): void;
  onEdit(): void;
  onDelete(): void;
};

function FolderRow({ folder, isFirst, isLast, onMove, onEdit, onDelete }: RowProps): ReactNode {
  const { t } = useTranslation("settings");
  const { name } = folder;
  return (
    <div className="flex items-center py-1.5">
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          <bdi>{name}</bdi>
        </span>
        <span className="block truncate text-sm text-muted">
          <Contents folder={folder} />
        </span>
      </span>
      <IconButton label={t("folders.up", { name })} disabled={isFirst} onClick={() => onMove(-1)}>
        <ArrowUp />
      </IconButton>
      <IconButton label={t("folders.down", { name })} disabled={isLast} onClick={() => onMove(1)}>
        <ArrowDown />
      </IconButton>
      <IconButton label={t("folders.editName", { name })} onClick={onEdit}>
        <Pencil />
      </IconButton>
      <IconButton label={t("folders.deleteName", { name })} onClick={onDelete}>
        <Trash2 />
      </IconButton>
    </div>
  );
}

const rules = ["include_unread", "include_direct", "include_groups"] as const;

/** What is in a folder, in a line. */
function Contents({ folder }: { folder: Folder }): ReactNode {
  const { t, i18n } = useTranslation("settings");
  const parts = rules.filter((rule) => folder[rule]).map((rule) => t(`folders.${rule}`));
  const count = folder.room_ids.length;
  if (count > 0) parts.push(t("folders.chosenCount", { count }));
  if (parts.length === 0) return t("folders.empty");
  return new Intl.ListFormat(i18n.language, { type: "unit", style: "short" }).format(parts);
}
