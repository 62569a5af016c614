/** Keys that do something wherever one is in the page. */

import type { PipitClient } from "@pipit/client";
import { useClient } from "@pipit/react";
import { useEffect } from "react";
import { hasCommandKey, type KeyName, type ShortcutName, shortcuts } from "../settings/shortcuts.ts";
import type { Place } from "./places.ts";
import { type Go, useGo, usePlace } from "./use-go.ts";

type Situation = { go: Go; place: Place; client: PipitClient };

const deeds: Record<ShortcutName, (situation: Situation) => void> = {
  search: focusSearch,
  previous: (situation) => step(situation, -1),
  next: (situation) => step(situation, 1),
  newChat: ({ go }) => go.side("new"),
  settings: ({ go }) => go.side("settings"),
  help: ({ go }) => go.side("settings", "shortcuts"),
  back: goBack,
};

/** Once, in the page of whoever is signed in. */
export function useShortcuts(): void {
  const go = useGo();
  const place = usePlace();
  const client = useClient();
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const name = event.defaultPrevented ? undefined : findShortcut(event);
      if (!name) return;
      event.preventDefault();
      deeds[name]({ go, place, client });
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [go, place, client]);
}

function findShortcut(event: KeyboardEvent): ShortcutName | undefined {
  // What is open above the page has the keys for itself.
  if (event.isComposing || document.querySelector("[role=dialog], [role=menu], [role=alertdialog]")) return undefined;
  const names = Object.keys(shortcuts) as ShortcutName[];
  return names.find((name) => shortcuts[name].some((keys) => isPressed(keys, event)));
}

function isPressed(keys: readonly KeyName[], event: KeyboardEvent): boolean {
  const key = keys.at(-1) ?? "";
  const has = (name: KeyName): boolean => keys.slice(0, -1).includes(name);
  const isApple = hasCommandKey();
  if (event.ctrlKey !== (has("Ctrl") || (has("Mod") && !isApple))) return false;
  if (event.metaKey !== (has("Mod") && isApple) || event.altKey !== has("Alt")) return false;
  // Without another key it is something that is written.
  if (keys.length === 1 && key.length === 1 && isWriting(event.target)) return false;
  // With Alt, Apple's keyboards write other characters: there the key's place counts.
  return event.key.toUpperCase() === key.toUpperCase() || event.code === `Key${key.toUpperCase()}`;
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}

/** Goes to the list of rooms first, if something else stands in its place. */
function focusSearch({ go, place }: Situation): void {
  const find = (): HTMLInputElement | null => document.querySelector("nav search input");
  const now = place.side === undefined ? find() : null;
  if (!now && place.side === undefined) go.home();
  if (!now && place.side !== undefined) go.side(undefined);
  if (now) now.focus();
  else requestAnimationFrame(() => setTimeout(() => find()?.focus()));
}

/** The next of the rooms that the list shows, or the one before. */
function step({ go, place, client }: Situation, by: 1 | -1): void {
  const rooms = client.rooms.getSnapshot().filter((room) => !room.is_archived && !room.is_hidden && !room.is_request);
  const now = rooms.findIndex((room) => room.id === place.roomId);
  const next = now === -1 ? rooms[by === 1 ? 0 : rooms.length - 1] : rooms[now + by];
  if (next) go.room(next.id);
}

/** Closes what was opened last: what stands beside the room, what stands in place of the list, the room. */
function goBack({ go, place }: Situation): void {
  if (place.view) go.view(undefined);
  else if (place.panel) go.panel(undefined);
  else if (place.section) go.side("settings");
  else if (place.side) go.side(undefined);
  else if (place.roomId) go.home();
}
