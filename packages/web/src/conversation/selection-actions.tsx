/** The bar of a selection, with what it does. */
import type { MessageItem } from "@pipit/client";
import type { Room } from "@pipit/protocol/models/room";
import type { ReactNode } from "react";
import { useDeeds } from "./deeds.ts";
import type { MessageQuestion } from "./message-dialogs.tsx";
import { canCopy, canDeleteForEveryone, canForward, isThere } from "./message-rights.ts";
import { SelectionBar } from "./selection-bar.tsx";
import type { MessageDeeds } from "./use-message-deeds.ts";
import type { Selection } from "./use-selection.ts";

type SelectionActionsProps = {
  selection: Selection;
  room: Room | undefined;
  changes: MessageDeeds;
  onCopy(items: readonly MessageItem[]): void;
  onAsk(question: MessageQuestion): void;
};

export function SelectionActions({ selection, room, changes, onCopy, onAsk }: SelectionActionsProps): ReactNode {
  const { me } = useDeeds();
  const { items, end } = selection;
  const isStarred = items.length > 0 && items.every((item) => item.is_starred);
  const isForEveryone = items.every((item) => canDeleteForEveryone(item, me, room));
  return (
    <SelectionBar
      count={items.length}
      isStarred={isStarred}
      canForward={items.length > 0 && items.every(canForward)}
      canCopy={items.some(canCopy)}
      onForward={() => onAsk({ kind: "forward", items })}
      onStar={() => {
        for (const item of items) if (isThere(item) && item.is_starred === isStarred) changes.star(item, !isStarred);
        end();
      }}
      onCopy={() => {
        onCopy(items);
        end();
      }}
      onDelete={() => onAsk({ kind: "delete", items, isForEveryone })}
      onClose={end}
    />
  );
}
