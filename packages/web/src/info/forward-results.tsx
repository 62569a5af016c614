/** Which rooms got what was forwarded, and why others did not. */
import { PipitError } from "@pipit/client";
import type { Room } from "@pipit/protocol/models/room";
import { Check, CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { titleOf } from "../rooms/room-title.ts";
import { Avatar } from "../ui/avatar.tsx";
import { useErrorText } from "../ui/use-attempt.ts";
import type { ForwardFailure } from "./forward-messages.ts";

type ForwardResultsProps = { rooms: readonly Room[]; failures: readonly ForwardFailure[] };

export function ForwardResults({ rooms, failures }: ForwardResultsProps): ReactNode {
  const { t } = useTranslation("info");
  return (
    <ul aria-label={t("forward.results")} className="pb-2">
      {rooms.map((room) => (
        <Result key={room.id} room={room} failure={failures.find((one) => one.room.id === room.id)} />
      ))}
    </ul>
  );
}

function Result({ room, failure }: { room: Room; failure: ForwardFailure | undefined }): ReactNode {
  const { t } = useTranslation("info");
  const say = useErrorText();
  const { title, avatarUrl, avatarId } = titleOf(room);
  return (
    <li className="flex min-h-14 items-center gap-3.5 px-1 py-2">
      <Avatar id={avatarId} name={title} url={avatarUrl} size={42} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          <bdi>{title}</bdi>
        </span>
        <span className={failure ? "block text-sm text-danger" : "block text-sm text-muted"}>
          {failure ? say(new PipitError(failure.code, { retryable: false })) : t("forward.sent")}
        </span>
      </span>
      {failure ? (
        <CircleAlert aria-hidden className="size-5 shrink-0 text-danger" />
      ) : (
        <Check aria-hidden className="size-5 shrink-0 text-accent" />
      )}
    </li>
  );
}
