/** Keys of the viewer, wherever in it the focus is. */
import { useEffect, useRef } from "react";

/** Where keys mean something else. */
const elsewhere = "video, [role=slider], input, textarea, [role=menu]";

/** @param onKey told the key's name; it may be another function each time */
export function useViewerKeys(onKey: (key: string) => void): void {
  const latest = useRef(onKey);
  useEffect(() => {
    latest.current = onKey;
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const target = event.target instanceof Element ? event.target : undefined;
      // A dialog over the viewer has keys of its own.
      if (target?.closest("[data-viewer]") && !target.closest(elsewhere)) latest.current(event.key);
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
}
