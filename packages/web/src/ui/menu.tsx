/** Menus: from a button, or by the other mouse button. */
import { type ComponentType, type ReactNode, useState } from "react";
import { loadOverlays, useOverlays } from "./overlays.ts";

export type MenuEntry =
  | {
      label: string;
      icon?: ComponentType<{ className?: string }>;
      onSelect(): void;
      isDangerous?: boolean;
      isDisabled?: boolean;
      /** A key that does the same. */
      shortcut?: string;
    }
  | "separator";

export type MenuProps = {
  entries: readonly MenuEntry[];
  children: ReactNode;
  align?: "start" | "end";
  onOpenChange?(isOpen: boolean): void;
};

/** Around the button that opens it. Pressed before menus are loaded, it opens as soon as they are. */
export function Menu(props: MenuProps): ReactNode {
  const overlays = useOverlays();
  const [isWanted, setWanted] = useState(false);
  if (overlays) return <overlays.Menu {...props} isOpenAtOnce={isWanted} />;
  const want = (): void => {
    setWanted(true);
    loadOverlays();
  };
  return (
    // The button within is what has a role and keys.
    <span className="contents" onClickCapture={want}>
      {props.children}
    </span>
  );
}

export type ContextMenuProps = Omit<MenuProps, "align">;

/** Around what it is about: opens by the other mouse button, a long press, or the menu key. */
export function ContextMenu(props: ContextMenuProps): ReactNode {
  const overlays = useOverlays();
  return overlays ? <overlays.ContextMenu {...props} /> : props.children;
}
