/** What is pinned in a room: one at a time; a click leads to it, and the next takes its place. */
import type { MessageItem } from "@pipit/client";
import type { Message } from "@pipit/protocol/models/message";
import { useClient, useRoom } from "@pipit/react";
import { List, Pin } from "lucide-react";
import { type ReactNode, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { now } from "../clock.ts";
import { IconButton } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { useLoad } from "../ui/use-load.ts";
import { useDeeds } from "./deeds.ts";

/** @param items those that are loaded: what is among them need not be fetched */
export function PinnedBar({ items }: { items: readonly MessageItem[] }): ReactNode {
  const { t } = useTranslation("conversation");
  const { roomId, jumpTo } = useDeeds();
  const { room } = useRoom(roomId);
  const go = useGo();
  const [turn, setTurn] = useState(0);
  const pins = (room?.pinned_messages ?? []).filter((pin) => Date.parse(pin.expires_at) > now());
  const place = turn % Math.max(1, pins.length);
  const pin = pins[place];
  if (!pin) return null;
  return (
    <div className="flex shrink-0 items-center gap-2 border-b border-line bg-surface ps-4 pe-2">
      <button
        type="button"
        className="flex min-h-12 min-w-0 flex-1 items-center gap-3 py-1 text-start"
        onClick={() => {
          jumpTo(pin.message_id);
          setTurn(place + 1);
        }}
      >
        <span aria-hidden className="flex h-9 w-1 flex-col gap-0.5">
          {pins.map((one) => (
            <span
              key={one.message_id}
              className={classNames("flex-1 rounded-full", one === pin ? "bg-accent" : "bg-accent/30")}
            />
          ))}
        </span>
        <Pin aria-hidden className="size-4 shrink-0 text-accent" />
        <span className="min-w-0 flex-1">
          <span className="block text-xs font-semibold text-accent">
            {pins.length > 1 ? t("pinnedOf", { place: place + 1, count: pins.length }) : t("pinnedOne")}
          </span>
          <PinnedText
            key={pin.message_id}
            messageId={pin.message_id}
            known={items.find((item) => item.id === pin.message_id)}
          />
        </span>
      </button>
      <IconButton label={t("pinnedAll")} onClick={() => go.panel("pins")}>
        <List />
      </IconButton>
    </div>
  );
}

function PinnedText({ messageId, known }: { messageId: string; known: Message | undefined }): ReactNode {
  const { t } = useTranslation("conversation");
  const { summarise } = useDeeds();
  const { api } = useClient();
  const isKnown = known !== undefined;
  const ask = useCallback(
    async () => (isKnown ? undefined : api.messages.get({ message_id: messageId })),
    [api, messageId, isKnown],
  );
  const { value, error } = useLoad(ask);
  const message = known ?? value;
  return (
    <span dir="auto" className="block truncate text-sm text-muted">
      {message ? summarise(message) : error ? t("quoteGone") : "…"}
    </span>
  );
}
