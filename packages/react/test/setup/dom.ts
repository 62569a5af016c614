/** A page in this process, for React to draw on. Sockets, fetch and timers stay Node's own: the SDK talks to a real server. */
import { Window } from "happy-dom";

const page = new Window({ url: "http://localhost/" });

const taken = [
  "document",
  "HTMLElement",
  "HTMLIFrameElement",
  "Element",
  "Node",
  "DocumentFragment",
  "MutationObserver",
];

Object.assign(globalThis, { window: page });
for (const name of taken) Object.assign(globalThis, { [name]: Reflect.get(page, name) });

/** Makes the page look as if it was in front, or behind another. */
export function setFocus(isInFocus: boolean): void {
  Object.defineProperty(page.document, "hasFocus", { configurable: true, value: () => isInFocus });
  page.dispatchEvent(new page.Event(isInFocus ? "focus" : "blur"));
}
