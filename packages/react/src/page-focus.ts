/** Whether a person looks at the page. Where there are no pages (React Native) they do. */

type Page = {
  visibilityState: string;
  hasFocus(): boolean;
  addEventListener(event: string, listener: () => void): void;
  removeEventListener(event: string, listener: () => void): void;
};

// Looked up when it is needed: on the server there is none.
function findPage():
  | (Page & { defaultView?: Pick<Page, "addEventListener" | "removeEventListener"> | null })
  | undefined {
  return (globalThis as { document?: Page }).document;
}

export function isPageVisible(): boolean {
  const page = findPage();
  return page === undefined || page.visibilityState === "visible";
}

export function isPageInFocus(): boolean {
  return isPageVisible() && findPage()?.hasFocus() !== false;
}

/** Calls when a person begins or ceases to look. @returns a function that ends it */
export function onPageFocusChange(listener: () => void): () => void {
  const page = findPage();
  const view = page?.defaultView;
  page?.addEventListener("visibilitychange", listener);
  view?.addEventListener("focus", listener);
  return () => {
    page?.removeEventListener("visibilitychange", listener);
    view?.removeEventListener("focus", listener);
  };
}
