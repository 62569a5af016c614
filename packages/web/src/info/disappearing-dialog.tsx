/** How long new messages last in a room. */
import { lifetimes, type Room } from "@pipit/protocol/models/room";
import { useClient } from "@pipit/react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button.tsx";
import { Choice } from "../ui/choice.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useAttempt } from "../ui/use-attempt.ts";

type Lifetime = (typeof lifetimes)[number];

export function DisappearingDialog({ room, onClose }: { room: Room; onClose(): void }): ReactNode {
  const { t } = useTranslation("info");
  const { api } = useClient();
  const { attempt, isBusy } = useAttempt();
  const [seconds, setSeconds] = useState<Lifetime>(room.settings.disappearing_seconds);
  const save = async (): Promise<void> => {
    const settings = { disappearing_seconds: seconds };
    if (await attempt(() => api.rooms.update({ room_id: room.id, settings }))) onClose();
  };
  const footer = (
    <Button isBusy={isBusy} onClick={() => void save()}>
      {t("save")}
    </Button>
  );
  return (
    <Dialog
      title={t("disappearing.title")}
      description={t("disappearing.text")}
      isOpen
      onClose={onClose}
      footer={footer}
    >
      <Choice
        label={t("disappearing.title")}
        value={String(seconds)}
        options={lifetimes.map((value) => ({ value: String(value), label: t(`disappearing.${value}`) }))}
        onChange={(value) => setSeconds(lifetimes.find((one) => String(one) === value) ?? 0)}
      />
    </Dialog>
  );
}
