/** Somebody of the server, passed on as a contact. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { PeoplePicker } from "../people/people-picker.tsx";
import { Dialog } from "../ui/dialog.tsx";
import type { ContentDialogProps } from "./poll-dialog.tsx";
import { useSending } from "./use-sending.ts";

const nobody: ReadonlySet<string> = new Set();

export function ContactDialog({ roomId, replyTo, onClose, onSent }: ContentDialogProps): ReactNode {
  const { t } = useTranslation("composer");
  const send = useSending(roomId);
  return (
    <Dialog title={t("contact.title")} isOpen onClose={onClose}>
      <PeoplePicker
        isSingle
        chosen={nobody}
        className="-mx-3 h-[50dvh]"
        onToggle={async (person) => {
          if (await send([{ replyTo, contact: { name: person.name, user_id: person.id } }])) onSent();
        }}
      />
    </Dialog>
  );
}
