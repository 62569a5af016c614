/** What can be done about a message: one menu for all rows, since thousands would be too many. */
import type { MessageItem } from "@pipit/client";
import { Plus } from "lucide-react";
import { ContextMenu } from "radix-ui";
import { type MouseEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../ui/class-names.ts";
import type { MenuEntry } from "../ui/menu.tsx";
import { useDeeds } from "./deeds.ts";
import { quickReactions } from "./quick-reactions.ts";

type MessageMenuProps = {
  isDisabled: boolean;
  findItem(key: string): MessageItem | undefined;
  entriesOf(item: MessageItem): readonly MenuEntry[];
  children: ReactNode;
};

const panel =
  "z-50 max-h-[80dvh] min-w-56 animate-rise overflow-y-auto rounded-2xl border border-line bg-raised p-1.5 shadow-raised outline-none";
const entryLook =
  "flex min-h-10 cursor-pointer items-center gap-3 rounded-xl px-3 py-2 text-sm outline-none select-none data-[disabled]:opacity-40 data-[highlighted]:bg-hover [&_svg]:size-4.5 [&_svg]:text-muted";

export function MessageMenu({ isDisabled, findItem, entriesOf, children }: MessageMenuProps): ReactNode {
  const [item, setItem] = useState<MessageItem>();
  const [offset, setOffset] = useState(0);
  const row = useRef<HTMLElement>(null);
  const aim = (event: MouseEvent | PointerEvent): void => {
    const { target } = event;
    const found = target instanceof Element ? target.closest<HTMLElement>("[role=article][data-key]") : null;
    const aimed = found && findItem(found.dataset.key ?? "");
    // Selected words and links have the browser's own menu.
    const isTheirs = event.type === "contextmenu" && target instanceof Element && isForBrowser(target);
    if (!aimed || isTheirs || isDisabled) {
      event.stopPropagation();
      return;
    }
    row.current = found;
    setItem(aimed);
    setOffset(isNarrow() ? Math.min(0, innerWidth - menuPx - event.clientX) : 0);
  };
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>
        <div className="flex min-h-0 flex-1 flex-col">
          {/* biome-ignore lint/a11y/noStaticElementInteractions: it only learns which row is meant */}
          <div
            className="flex min-h-0 flex-1 flex-col"
            onContextMenu={aim}
            onPointerDown={(event) => event.pointerType !== "mouse" && aim(event)}
          >
            {children}
          </div>
        </div>
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content
          collisionPadding={8}
          sideOffset={offset}
          className={panel}
          // The finger that has opened it is lifted, and what lies under it takes the focus: that does not close it.
          onFocusOutside={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // What was chosen may have taken the focus elsewhere.
            if (document.activeElement === document.body) row.current?.focus({ preventScroll: true });
          }}
        >
          {item && <QuickRow item={item} row={row.current} />}
          {item && <Entries entries={entriesOf(item)} />}
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

/** About as wide as the menu is, with a margin. */
const menuPx = 308;

/** There is no room at either side of a finger in the middle. */
function isNarrow(): boolean {
  return innerWidth < 2 * menuPx;
}

function isForBrowser(target: Element): boolean {
  const selection = getSelection();
  const isSelected = selection !== null && !selection.isCollapsed && selection.containsNode(target, true);
  return isSelected || target.closest("a[href]") !== null;
}

function QuickRow({ item, row }: { item: MessageItem; row: HTMLElement | null }): ReactNode {
  const { t } = useTranslation("conversation");
  const { react, chooseReaction, isReadOnly } = useDeeds();
  if (isReadOnly || item.is_deleted || item.change === 0) return null;
  const mine = new Set(item.reactions.filter((one) => one.reacted_by_me).map((one) => one.emoji));
  const look =
    "flex size-10 cursor-pointer items-center justify-center rounded-full text-xl outline-none data-[highlighted]:bg-hover";
  return (
    <div className="mb-1 flex border-b border-line pb-1">
      {quickReactions.map((emoji) => (
        <ContextMenu.Item
          key={emoji}
          aria-label={t("actions.reactWith", { emoji })}
          onSelect={() => react(item, emoji)}
          className={classNames(look, mine.has(emoji) && "bg-accent-soft")}
        >
          {emoji}
        </ContextMenu.Item>
      ))}
      <ContextMenu.Item
        aria-label={t("actions.moreReactions")}
        onSelect={() => {
          const beside = row?.querySelector("[data-bubble]") ?? row;
          // The menu gives the focus back first.
          if (beside) setTimeout(() => chooseReaction(item, beside));
        }}
        className={classNames(look, "text-muted")}
      >
        <Plus aria-hidden className="size-5" />
      </ContextMenu.Item>
    </div>
  );
}

function Entries({ entries }: { entries: readonly MenuEntry[] }): ReactNode {
  return entries.map((one, place) =>
    one === "separator" ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place
      <ContextMenu.Separator key={`line ${place}`} className="mx-2 my-1 h-px bg-line" />
    ) : (
      <ContextMenu.Item
        key={one.label}
        disabled={one.isDisabled === true}
        // What it opens takes the focus after the menu has given it back.
        onSelect={() => setTimeout(one.onSelect)}
        className={classNames(entryLook, one.isDangerous && "text-danger [&_svg]:text-danger!")}
      >
        {one.icon && <one.icon />}
        <span className="flex-1">{one.label}</span>
      </ContextMenu.Item>
    ),
  );
}
