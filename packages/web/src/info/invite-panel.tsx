/** The links by which people join a room. */
import type { Invite } from "@pipit/protocol/models/invite";
import type { Room } from "@pipit/protocol/models/room";
import { useClient } from "@pipit/react";
import { Link, Plus } from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button.tsx";
import { EmptyState, Failure } from "../ui/notices.tsx";
import { Loading } from "../ui/spinner.tsx";
import { useErrorText } from "../ui/use-attempt.ts";
import { useLoad } from "../ui/use-load.ts";
import { InviteCard } from "./invite-card.tsx";
import { NewInviteDialog } from "./new-invite-dialog.tsx";

export function InvitePanel({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("info");
  const { api } = useClient();
  const say = useErrorText();
  const [isMaking, setMaking] = useState(false);
  const ask = useCallback((signal: AbortSignal) => api.invites.list({ room_id: room.id }, { signal }), [api, room.id]);
  const { value: invites, error, reload, setValue } = useLoad<Invite[]>(ask);
  if (error) return <Failure text={say(error)} onRetry={reload} />;
  if (!invites) return <Loading />;
  const drop = (code: string): void => setValue((before) => before?.filter((one) => one.code !== code));
  const make = (
    <Button look={invites.length === 0 ? "primary" : "secondary"} onClick={() => setMaking(true)}>
      <Plus aria-hidden className="size-4.5" />
      {t("invite.make")}
    </Button>
  );
  return (
    <>
      {invites.length === 0 ? (
        <EmptyState icon={Link} title={t("invite.none")} text={t("invite.text")}>
          <div className="mt-3">{make}</div>
        </EmptyState>
      ) : (
        <div className="min-h-0 flex-1 overflow-y-auto px-4 pb-6">
          <p className="pb-3 text-sm text-muted">{t("invite.text")}</p>
          <div className="grid">{make}</div>
          <ul aria-label={t("invite.links")}>
            {invites.map((invite, place) => (
              <InviteCard
                key={invite.code}
                room={room}
                invite={invite}
                isFirst={place === 0}
                onEnded={() => drop(invite.code)}
              />
            ))}
          </ul>
        </div>
      )}
      {isMaking && (
        <NewInviteDialog
          room={room}
          onClose={() => setMaking(false)}
          onMade={(invite) => setValue((before) => [invite, ...(before ?? [])])}
        />
      )}
    </>
  );
}
