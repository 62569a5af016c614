/** Those who ask to join the person's groups: they are let in, or not. */

import { PipitError } from "@pipit/client";
import type { JoinRequest } from "@pipit/protocol/models/invite";
import { useClient, useRoom, useUser } from "@pipit/react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { RequestCard } from "./request-card.tsx";
import { titleOf } from "./room-title.ts";
import type { JoinRequestsView } from "./use-join-requests.ts";

export function JoinRequests({ requests, drop }: JoinRequestsView): ReactNode {
  return requests.map((request) => (
    <JoinRequestCard key={`${request.room_id} ${request.user_id}`} request={request} onDone={() => drop(request)} />
  ));
}

function JoinRequestCard({ request, onDone }: { request: JoinRequest; onDone(): void }): ReactNode {
  const { t } = useTranslation("rooms");
  const { api } = useClient();
  const { attempt, isBusy } = useAttempt();
  const { room_id, user_id, name } = request;
  const { room } = useRoom(room_id);
  const user = useUser(user_id);
  const decide = async (decision: "approve" | "deny"): Promise<void> => {
    const isDone = await attempt(async () => {
      await api.joinRequests.decide({ room_id, user_id, decision }).catch(passIfOver);
      return true;
    });
    if (isDone) onDone();
  };
  return (
    <RequestCard
      id={user_id}
      name={user?.name ?? name}
      url={user?.avatar_url ?? null}
      text={t("requests.asks", { name: titleOf(room).title })}
    >
      <Button isBusy={isBusy} onClick={() => void decide("approve")}>
        {t("requests.letIn")}
      </Button>
      <Button look="secondary" isBusy={isBusy} onClick={() => void decide("deny")}>
        {t("requests.decline")}
      </Button>
    </RequestCard>
  );
}

/** Another admin was faster, or they ask no longer: that is as good as decided. */
function passIfOver(error: unknown): void {
  if (!(error instanceof PipitError && error.code === "not_found")) throw error;
}
