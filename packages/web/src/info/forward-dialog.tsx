/** Sends copies of messages to other rooms: which ones, and what became of it. */

import type { Room } from "@pipit/protocol/models/room";
import { useClient } from "@pipit/react";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { RoomPicker } from "../rooms/room-picker.tsx";
import { titleOf } from "../rooms/room-title.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Loading } from "../ui/spinner.tsx";
import { useToast } from "../ui/toasts.tsx";
import { ChosenNames } from "./chosen-names.tsx";
import { type ForwardFailure, type ForwardJob, forwardMessages, toRetry } from "./forward-messages.ts";
import { ForwardResults } from "./forward-results.tsx";
import { useForwardLimit } from "./use-forward-limit.ts";

type ForwardDialogProps = { roomId: string; messageIds: readonly string[]; onClose(): void };

export function ForwardDialog({ roomId, messageIds, onClose }: ForwardDialogProps): ReactNode {
  const { t } = useTranslation("info");
  const limit = useForwardLimit(roomId, messageIds);
  const [rooms, setRooms] = useState<readonly Room[]>([]);
  const { run, isBusy, failures } = useForwarding(rooms, onClose);
  const chosen = useMemo(() => new Set(rooms.map(({ id }) => id)), [rooms]);
  const toggle = (room: Room): void =>
    setRooms((before) =>
      before.some(({ id }) => id === room.id) ? before.filter(({ id }) => id !== room.id) : [...before, room],
    );
  const send = (): void => {
    if (failures) return void run(toRetry(failures));
    void run(messageIds.map((messageId) => ({ messageId, clientMessageId: crypto.randomUUID(), rooms })));
  };
  const footer = (
    <Button className="w-full" isBusy={isBusy} disabled={rooms.length === 0} onClick={send}>
      {failures ? t("forward.retry") : t("forward.action")}
    </Button>
  );
  const about = limit && (limit.isOften ? t("forward.often") : t("forward.limit", { count: limit.max }));
  return (
    <Dialog
      title={t("forward.title", { count: messageIds.length })}
      description={failures ? t("forward.someFailed") : (about ?? t("forward.asking"))}
      isOpen
      onClose={onClose}
      footer={footer}
    >
      {failures ? (
        <ForwardResults rooms={rooms} failures={failures} />
      ) : limit ? (
        <>
          <ChosenNames names={rooms.map((room) => titleOf(room).title)} />
          <RoomPicker chosen={chosen} onToggle={toggle} max={limit.max} />
        </>
      ) : (
        <Loading />
      )}
    </Dialog>
  );
}

type Forwarding = {
  run(jobs: readonly ForwardJob[]): Promise<void>;
  isBusy: boolean;
  /** Undefined until something failed. */
  failures: readonly ForwardFailure[] | undefined;
};

/** When nothing is left, it says so and closes. */
function useForwarding(rooms: readonly Room[], onClose: () => void): Forwarding {
  const { t } = useTranslation("info");
  const client = useClient();
  const go = useGo();
  const toast = useToast();
  const [isBusy, setBusy] = useState(false);
  const [failures, setFailures] = useState<readonly ForwardFailure[]>();
  const run = async (jobs: readonly ForwardJob[]): Promise<void> => {
    setBusy(true);
    const left = await forwardMessages(client, jobs);
    setBusy(false);
    if (left.length > 0) return setFailures(left);
    const [only, ...others] = rooms;
    const isOne = only !== undefined && others.length === 0;
    const text = isOne
      ? t("forward.done", { name: titleOf(only).title })
      : t("forward.doneMany", { count: rooms.length });
    toast({ text, ...(isOne && { action: { label: t("forward.open"), run: () => go.room(only.id) } }) });
    onClose();
  };
  return { run, isBusy, failures };
}
