/** How far a message of one's own has come. */
import type { Delivery } from "@pipit/client";
import { Check, CheckCheck, CircleAlert, Clock } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../ui/class-names.ts";

type TickStatus = Exclude<Delivery, "sending"> | "waiting";

const icons = { waiting: Clock, sent: Check, delivered: CheckCheck, read: CheckCheck, failed: CircleAlert };
const colours: Partial<Record<TickStatus, string>> = { read: "text-read", failed: "text-danger" };

type TicksProps = { status: TickStatus | Delivery; className?: string };

/** In the colour of what stands around it, unless it was read or failed. */
export function Ticks({ status, className }: TicksProps): ReactNode {
  const { t } = useTranslation("conversation");
  const shown = status === "sending" ? "waiting" : status;
  const Icon = icons[shown];
  return (
    <span className={classNames("inline-flex shrink-0", colours[shown], className)}>
      <Icon aria-hidden className="size-4" strokeWidth={2.25} />
      <span className="sr-only">{t(`status.${shown}`)}</span>
    </span>
  );
}
