/** Opens the menu of the row that an element stands in, below that element. */
export function openMenuAt(element: Element): void {
  const { left, bottom } = element.getBoundingClientRect();
  const at = { clientX: left + 4, clientY: Math.min(bottom, innerHeight - 8) };
  element.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true, ...at }));
}
