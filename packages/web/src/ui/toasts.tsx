/** Short news at the bottom of the page: what was done, or could not be. */
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";
import { useOverlays } from "./overlays.ts";

type News = { text: string; isError?: boolean; action?: { label: string; run(): void } };
export type Toast = News & { id: number };

const context = createContext<(news: News) => void>(() => {});
const most = 3;

/** Once, around the page. */
export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const overlays = useOverlays(toasts.length > 0);
  const show = useCallback((news: News) => {
    setToasts((before) => [...before.slice(1 - most), { ...news, id: (before.at(-1)?.id ?? 0) + 1 }]);
  }, []);
  const drop = useCallback((id: number) => setToasts((before) => before.filter((toast) => toast.id !== id)), []);
  return (
    <>
      <context.Provider value={show}>{children}</context.Provider>
      {overlays && <overlays.ToastList toasts={toasts} onDrop={drop} />}
    </>
  );
}

/** A function that shows news. */
export function useToast(): (news: News) => void {
  return useContext(context);
}
