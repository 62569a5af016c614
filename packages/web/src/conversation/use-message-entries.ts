/** The entries of a message's menu. */
import type { MessageItem } from "@pipit/client";
import type { Room } from "@pipit/protocol/models/room";
import {
  CheckSquare,
  Copy,
  CornerUpLeft,
  Forward,
  Info,
  Pencil,
  Pin,
  PinOff,
  RotateCcw,
  SmilePlus,
  Star,
  StarOff,
  Trash2,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import type { MenuEntry } from "../ui/menu.tsx";
import type { Deeds } from "./deeds.ts";
import type { MessageQuestion } from "./message-dialogs.tsx";
import { canCopy, canDeleteForEveryone, canEdit, canForward, canPin, isThere } from "./message-rights.ts";
import type { MessageDeeds } from "./use-message-deeds.ts";

export type EntriesParts = {
  room: Room | undefined;
  deeds: Deeds;
  changes: MessageDeeds;
  onEdit(item: MessageItem): void;
  onCopy(items: readonly MessageItem[]): void;
  onSelect(item: MessageItem): void;
  onAsk(question: MessageQuestion): void;
};

type Candidate = MenuEntry | false;

export function useMessageEntries(parts: EntriesParts): (item: MessageItem) => MenuEntry[] {
  const { t } = useTranslation("conversation");
  const go = useGo();
  const { room, deeds, changes, onEdit, onCopy, onSelect, onAsk } = parts;
  const { me, isReadOnly } = deeds;
  return (item) => {
    const isWaiting = item.change === 0;
    const canAnswer = isThere(item) && !isReadOnly;
    const isPinned = room?.pinned_messages.some((pin) => pin.message_id === item.id) === true;
    const isForEveryone = !isReadOnly && canDeleteForEveryone(item, me, room);
    const remove = (): void => {
      if (isWaiting) changes.discard(item);
      else onAsk({ kind: "delete", items: [item], isForEveryone });
    };
    const entries: Candidate[] = [
      item.delivery === "failed" && { label: t("failed.retry"), icon: RotateCcw, onSelect: () => changes.retry(item) },
      canAnswer && { label: t("actions.reply"), icon: CornerUpLeft, onSelect: () => deeds.reply(item) },
      item.reactions.length > 0 && {
        label: t("reactions.title"),
        icon: SmilePlus,
        onSelect: () => deeds.showReactions(item),
      },
      canForward(item) && {
        label: t("actions.forward"),
        icon: Forward,
        onSelect: () => onAsk({ kind: "forward", items: [item] }),
      },
      canCopy(item) && { label: t("actions.copy"), icon: Copy, onSelect: () => onCopy([item]) },
      canAnswer && {
        label: t(item.is_starred ? "actions.unstar" : "actions.star"),
        icon: item.is_starred ? StarOff : Star,
        onSelect: () => changes.star(item, !item.is_starred),
      },
      canAnswer && isPinned && { label: t("actions.unpin"), icon: PinOff, onSelect: () => changes.unpin(item.id) },
      canAnswer &&
        !isPinned &&
        canPin(item, room) && { label: t("actions.pin"), icon: Pin, onSelect: () => onAsk({ kind: "pin", item }) },
      canAnswer && canEdit(item, me) && { label: t("actions.edit"), icon: Pencil, onSelect: () => onEdit(item) },
      isThere(item) &&
        item.sender_id === me &&
        !isReadOnly && { label: t("actions.info"), icon: Info, onSelect: () => go.panel("message", item.id) },
      !isWaiting && { label: t("actions.select"), icon: CheckSquare, onSelect: () => onSelect(item) },
      (isWaiting || room !== undefined) && "separator",
      (isWaiting || room !== undefined) && {
        label: t("actions.delete"),
        icon: Trash2,
        isDangerous: true,
        onSelect: remove,
      },
    ];
    return entries.filter((entry) => entry !== false);
  };
}
