/** People whom a message has reached in the same way. */
import type { Member } from "@pipit/protocol/models/room";
import { useUser } from "@pipit/react";
import { MonitorSmartphone } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Ticks } from "../messages/ticks.tsx";
import { useTimes } from "../messages/use-times.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import type { MessageReceipt } from "./use-message-info.ts";

type Reached = Pick<MessageReceipt, "user_id"> & Partial<MessageReceipt>;

type ReceiptListProps = {
  kind: "read" | "delivered" | "sent";
  title: string;
  receipts: readonly Reached[];
  /** How many it was sent to. */
  total: number;
  byId: ReadonlyMap<string, Member>;
};

export function ReceiptList({ kind, title, receipts, total, byId }: ReceiptListProps): ReactNode {
  const { t } = useTranslation("info");
  return (
    <section aria-label={title} className="border-t border-line px-2 py-3">
      <h3 className="flex items-center gap-2 px-3 pb-1 text-sm font-semibold text-muted">
        <Ticks status={kind} />
        <span className="flex-1">{title}</span>
        {total > 1 && <span className="font-normal">{t("message.of", { count: receipts.length, total })}</span>}
      </h3>
      {receipts.length === 0 ? (
        <p className="px-3 py-2 text-sm text-muted">{t("message.nobody")}</p>
      ) : (
        <ul>
          {receipts.map((receipt) => (
            <Row key={receipt.user_id} receipt={receipt} member={byId.get(receipt.user_id)} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** Of one who is a member no more, the user is asked for. */
function Row({ receipt, member }: { receipt: Reached; member: Member | undefined }): ReactNode {
  const { user_id: id, timestamp, device_id: device } = receipt;
  const user = useUser(member ? undefined : id);
  const { moment } = useTimes();
  const name = member?.name ?? user?.name ?? id;
  return (
    <li className="flex min-h-14 items-center gap-3.5 px-3 py-1.5">
      <Avatar id={id} name={name} url={member?.avatar_url ?? user?.avatar_url} size={40} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          <bdi>{name}</bdi>
        </span>
        {timestamp && (
          <time dateTime={timestamp} className="block truncate text-sm text-muted">
            {moment(timestamp)}
          </time>
        )}
      </span>
      {device && <Device id={device} />}
    </li>
  );
}

/** Others' devices have no names here: the beginning of its id tells it from another. */
function Device({ id }: { id: string }): ReactNode {
  const { t } = useTranslation("info");
  return (
    <Tooltip text={t("message.device", { device: id })} side="left">
      <span className="flex shrink-0 items-center gap-1.5 rounded-lg bg-hover px-2 py-1 text-xs text-muted">
        <MonitorSmartphone aria-hidden className="size-3.5" />
        <span className="sr-only">{t("message.device", { device: "" })}</span>
        <bdi className="font-mono">{id.slice(0, 4)}</bdi>
      </span>
    </Tooltip>
  );
}
