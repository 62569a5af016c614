/** Menus and dialogs are loaded after what can be read: nobody opens one before there is something to read. */
import { useEffect, useSyncExternalStore } from "react";

type Overlays = typeof import("./overlay-parts.tsx");

let loaded: Overlays | undefined;
let isLoading = false;
const listeners = new Set<() => void>();

/** Loads them unless they are there, or on their way. What can't be loaded now is tried again when next wanted. */
export function loadOverlays(): void {
  if (isLoading) return;
  isLoading = true;
  fetchOverlays().then(
    (parts) => {
      loaded = parts;
      for (const listener of listeners) listener();
    },
    () => {
      isLoading = false;
    },
  );
}

async function fetchOverlays(): Promise<Overlays> {
  const { ContextMenu, Dialog, Menu, ToastList } = await import("./overlay-parts.tsx");
  return { ContextMenu, Dialog, Menu, ToastList };
}

/** Undefined until they are loaded. @param isWanted loads them */
export function useOverlays(isWanted = false): Overlays | undefined {
  useEffect(() => {
    if (isWanted) loadOverlays();
  }, [isWanted]);
  return useSyncExternalStore(listen, () => loaded);
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
