/** The choice of an emoji beside a message. */
import type { MessageItem } from "@pipit/client";
import { Plus } from "lucide-react";
import { Popover } from "radix-ui";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "../ui/spinner.tsx";
import { quickReactions } from "./quick-reactions.ts";

const EmojiPicker = lazy(() => import("../emoji/emoji-picker.tsx").then((part) => ({ default: part.EmojiPicker })));

export type ReactionChoice = { item: MessageItem; beside: Element };

type ReactionPopoverProps = {
  choice: ReactionChoice | undefined;
  onPick(item: MessageItem, emoji: string): void;
  onClose(): void;
};

export function ReactionPopover({ choice, onPick, onClose }: ReactionPopoverProps): ReactNode {
  const { t } = useTranslation("conversation");
  const beside = choice?.beside;
  const anchor = useMemo(() => ({ current: beside ?? null }), [beside]);
  return (
    <Popover.Root open={choice !== undefined} onOpenChange={(isOpen) => isOpen || onClose()}>
      <Popover.Anchor virtualRef={anchor as { current: Element }} />
      <Popover.Portal>
        <Popover.Content
          aria-label={t("actions.react")}
          side="top"
          collisionPadding={8}
          sideOffset={6}
          className="z-50 animate-rise overflow-hidden rounded-2xl border border-line bg-raised shadow-raised outline-none"
        >
          {choice && (
            <Choice
              onPick={(emoji) => {
                onPick(choice.item, emoji);
                onClose();
              }}
            />
          )}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Choice({ onPick }: { onPick(emoji: string): void }): ReactNode {
  const { t } = useTranslation("conversation");
  const [isWhole, setWhole] = useState(false);
  if (isWhole) {
    return (
      <div className="h-96 w-[22rem] max-w-[92vw]">
        <Suspense fallback={<Loading />}>
          <EmojiPicker onPick={onPick} />
        </Suspense>
      </div>
    );
  }
  const look =
    "flex size-11 items-center justify-center rounded-full text-2xl transition-transform hover:scale-115 hover:bg-hover";
  return (
    <fieldset aria-label={t("actions.react")} className="flex p-1">
      {quickReactions.map((emoji) => (
        <button
          key={emoji}
          type="button"
          aria-label={t("actions.reactWith", { emoji })}
          className={look}
          onClick={() => onPick(emoji)}
        >
          {emoji}
        </button>
      ))}
      <button
        type="button"
        aria-label={t("actions.moreReactions")}
        className={`${look} text-muted`}
        onClick={() => setWhole(true)}
      >
        <Plus aria-hidden className="size-5" />
      </button>
    </fieldset>
  );
}
