/** What can wait until there is something to read. */
import { useRooms } from "@pipit/react";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { loadOverlays } from "../ui/overlays.ts";

const Notices = lazy(() => import("../notify/notices.tsx").then((notices) => ({ default: notices.Notices })));

/** Loads menus and dialogs, keys, sounds and notifications as soon as the rooms stand there. */
export function Later(): ReactNode {
  const { isLoading } = useRooms();
  const [isDrawn, setDrawn] = useState(false);
  useEffect(() => {
    if (isLoading) return;
    // What is fetched and run now would keep the rooms from being drawn.
    let timer: ReturnType<typeof setTimeout>;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setDrawn(true));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [isLoading]);
  useEffect(() => {
    if (isDrawn) loadOverlays();
  }, [isDrawn]);
  if (!isDrawn) return null;
  return (
    <Suspense fallback={null}>
      <Notices />
    </Suspense>
  );
}
