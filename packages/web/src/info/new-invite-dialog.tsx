/** Makes a link into a room: how long it works, for how many, and whether they have to be let in. */
import type { Invite } from "@pipit/protocol/models/invite";
import type { Room } from "@pipit/protocol/models/room";
import { useClient } from "@pipit/react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { now } from "../clock.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Switch } from "../ui/switch.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { Pills } from "./pills.tsx";

const dayMs = 86_400_000;
const spans = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs, never: undefined } as const;
const uses = { any: null, one: 1, ten: 10, hundred: 100 } as const;

type NewInviteDialogProps = { room: Room; onClose(): void; onMade(invite: Invite): void };

export function NewInviteDialog({ room, onClose, onMade }: NewInviteDialogProps): ReactNode {
  const { t, i18n } = useTranslation("info");
  const { api } = useClient();
  const { attempt, isBusy } = useAttempt();
  const [span, setSpan] = useState<keyof typeof spans>("week");
  const [most, setMost] = useState<keyof typeof uses>("any");
  const [needsApproval, setNeedsApproval] = useState(false);
  const make = async (): Promise<void> => {
    const ms = spans[span];
    const rules = {
      expires_at: ms === undefined ? null : new Date(now() + ms).toISOString(),
      max_uses: uses[most],
      needs_approval: needsApproval,
    };
    const invite = await attempt(() => api.invites.create({ room_id: room.id, ...rules }));
    if (!invite) return;
    onMade(invite);
    onClose();
  };
  const number = new Intl.NumberFormat(i18n.language);
  const footer = (
    <Button isBusy={isBusy} onClick={() => void make()}>
      {t("invite.create")}
    </Button>
  );
  return (
    <Dialog title={t("invite.make")} isOpen onClose={onClose} footer={footer}>
      <div className="space-y-5 py-2">
        <section>
          <h3 className="mb-2 text-sm font-semibold text-muted">{t("invite.span.title")}</h3>
          <Pills
            label={t("invite.span.title")}
            value={span}
            options={(["day", "week", "month", "never"] as const).map((value) => ({
              value,
              label: t(`invite.span.${value}`),
            }))}
            onChange={(value) => setSpan(value)}
          />
        </section>
        <section>
          <h3 className="mb-2 text-sm font-semibold text-muted">{t("invite.most")}</h3>
          <Pills
            label={t("invite.most")}
            value={most}
            options={(["any", "one", "ten", "hundred"] as const).map((value) => {
              const count = uses[value];
              return { value, label: count === null ? t("invite.any") : number.format(count) };
            })}
            onChange={(value) => setMost(value)}
          />
        </section>
        <Switch
          label={t("invite.approval")}
          hint={t("invite.approvalHint")}
          isOn={needsApproval}
          onChange={setNeedsApproval}
        />
      </div>
    </Dialog>
  );
}
