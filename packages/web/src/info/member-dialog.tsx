/** Asks before a member is removed, or becomes the owner. */
import type { Room } from "@pipit/protocol/models/room";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../ui/dialog.tsx";
import type { MemberDeeds } from "./use-member-deeds.ts";

export function MemberDialog({ room, deeds }: { room: Room; deeds: MemberDeeds }): ReactNode {
  const { t } = useTranslation("info");
  const { question } = deeds;
  if (!question) return null;
  const { kind, member } = question;
  const names = { name: member.name, room: room.name ?? "" };
  return (
    <ConfirmDialog
      title={t(`member.ask.${kind}.title`, names)}
      description={t(`member.ask.${kind}.text`, names)}
      action={t(`member.ask.${kind}.action`)}
      isDangerous
      isOpen
      onClose={deeds.cancel}
      onConfirm={deeds.confirm}
    />
  );
}
