/** Emojis above the text, until one presses elsewhere. */
import { type ReactNode, useEffect, useRef } from "react";
import { EmojiPicker } from "../emoji/emoji-picker.tsx";

type EmojiPopoverProps = {
  onPick(emoji: string): void;
  /** @param isByKey the focus is to go back to the text */
  onClose(isByKey: boolean): void;
};

export function EmojiPopover({ onPick, onClose }: EmojiPopoverProps): ReactNode {
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const press = ({ target }: PointerEvent): void => {
      const isToggle = target instanceof Element && target.closest("[data-emoji-toggle]") !== null;
      if (target instanceof Node && !panel.current?.contains(target) && !isToggle) onClose(false);
    };
    document.addEventListener("pointerdown", press);
    return () => document.removeEventListener("pointerdown", press);
  }, [onClose]);
  useEffect(() => {
    // A phone's keyboard would cover them.
    if (matchMedia("(pointer: fine)").matches) panel.current?.querySelector("input")?.focus();
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only takes the key that closes it
    <div
      ref={panel}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose(true);
      }}
      className="absolute start-3 bottom-full z-20 mb-2 animate-rise overflow-hidden rounded-2xl border border-line bg-raised shadow-raised"
    >
      <EmojiPicker onPick={onPick} />
    </div>
  );
}
