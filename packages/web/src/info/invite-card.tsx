/** A link into a room: to show, to pass on, to end. */
import type { Invite } from "@pipit/protocol/models/invite";
import type { Room } from "@pipit/protocol/models/room";
import { useClient, useUser } from "@pipit/react";
import { Copy, QrCode as QrIcon, Share2, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useTimes } from "../messages/use-times.ts";
import { useIdentity } from "../session/session.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { useToast } from "../ui/toasts.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { QrCode } from "./qr-code.tsx";
import { canGovern } from "./room-rights.ts";

type InviteCardProps = {
  room: Room;
  invite: Invite;
  /** The newest shows its code from the beginning. */
  isFirst: boolean;
  onEnded(): void;
};

export function InviteCard({ room, invite, isFirst, onEnded }: InviteCardProps): ReactNode {
  const { t } = useTranslation("info");
  const { userId } = useIdentity();
  const [isShown, setShown] = useState(isFirst);
  return (
    <li className="mt-4 rounded-2xl border border-line bg-raised p-4">
      {isShown && <QrCode text={invite.url} label={t("invite.code", { name: room.name ?? "" })} />}
      <p dir="ltr" className="mt-1 text-center text-sm font-medium break-all select-all">
        {invite.url}
      </p>
      <p className="mt-1 text-center text-sm text-muted">
        <Rules invite={invite} />
      </p>
      <div className="mt-3 flex flex-wrap items-center justify-center gap-1">
        <PassOn room={room} url={invite.url} />
        <IconButton label={t("invite.qr")} isOn={isShown} onClick={() => setShown(!isShown)}>
          <QrIcon />
        </IconButton>
        {(canGovern(room) || invite.created_by === userId) && <Revoke invite={invite} onEnded={onEnded} />}
      </div>
    </li>
  );
}

function Rules({ invite }: { invite: Invite }): ReactNode {
  const { t } = useTranslation("info");
  const { moment } = useTimes();
  const maker = useUser(invite.created_by);
  const { max_uses: max, uses, expires_at: end } = invite;
  const parts = [
    end === null ? t("invite.endless") : t("invite.until", { at: moment(end) }),
    max === null ? t("invite.used", { count: uses }) : t("invite.usedOf", { uses, count: max }),
    invite.needs_approval && t("invite.asksFirst"),
    maker && t("invite.by", { name: maker.name }),
  ];
  return <bdi>{parts.filter(Boolean).join(" · ")}</bdi>;
}

/** The system's way to share is offered where there is one. */
function PassOn({ room, url }: { room: Room; url: string }): ReactNode {
  const { t } = useTranslation("info");
  const toast = useToast();
  const { attempt } = useAttempt();
  const copy = async (): Promise<void> => {
    const isDone = await attempt(async () => {
      await navigator.clipboard.writeText(url);
      return true;
    });
    if (isDone) toast({ text: t("invite.copied") });
  };
  const share = async (): Promise<void> => {
    // One who thinks better of it rejects it: nothing has failed.
    await navigator.share({ title: room.name ?? "", url }).catch(() => {});
  };
  return (
    <>
      <Button look="secondary" onClick={() => void copy()}>
        <Copy aria-hidden className="size-4" />
        {t("invite.copy")}
      </Button>
      {"share" in navigator && (
        <IconButton label={t("invite.share")} onClick={() => void share()}>
          <Share2 />
        </IconButton>
      )}
    </>
  );
}

function Revoke({ invite, onEnded }: { invite: Invite; onEnded(): void }): ReactNode {
  const { t } = useTranslation("info");
  const { api } = useClient();
  const { attempt, isBusy } = useAttempt();
  const [isAsking, setAsking] = useState(false);
  const revoke = async (): Promise<void> => {
    const { room_id, code } = invite;
    if (await attempt(() => api.invites.revoke({ room_id, code }))) onEnded();
  };
  return (
    <>
      <IconButton
        label={t("invite.revoke")}
        className="text-danger! hover:bg-danger-soft"
        onClick={() => setAsking(true)}
      >
        <Trash2 />
      </IconButton>
      <ConfirmDialog
        title={t("invite.revokeTitle")}
        description={t("invite.revokeText")}
        action={t("invite.revoke")}
        isDangerous
        isOpen={isAsking}
        isBusy={isBusy}
        onClose={() => setAsking(false)}
        onConfirm={() => void revoke()}
      />
    </>
  );
}
