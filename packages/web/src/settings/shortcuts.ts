/** The keys that do something everywhere in the page, and those of the composer, to be looked up. */

/** `Mod`: Ctrl, or ⌘ on Apple's keyboards. */
export type KeyName = "Mod" | "Ctrl" | "Alt" | "Shift" | "Enter" | "Escape" | "ArrowUp" | "ArrowDown" | (string & {});
export type ShortcutName = "search" | "previous" | "next" | "newChat" | "settings" | "help" | "back";

/** Several ways to the same end. A key that writes a character is written so (`?`, not Shift and a digit). */
export const shortcuts: Record<ShortcutName, readonly (readonly KeyName[])[]> = {
  search: [["Mod", "K"], ["/"]],
  previous: [["Alt", "ArrowUp"]],
  next: [["Alt", "ArrowDown"]],
  newChat: [["Ctrl", "Alt", "N"]],
  settings: [["Mod", ","]],
  back: [["Escape"]],
  help: [["?"]],
};

/** What the composer does by itself. */
export const composerKeys = {
  send: [["Enter"]],
  line: [["Shift", "Enter"]],
  editLast: [["ArrowUp"]],
} as const satisfies Record<string, readonly (readonly KeyName[])[]>;

/** Whether the keyboard is Apple's. */
export function hasCommandKey(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
