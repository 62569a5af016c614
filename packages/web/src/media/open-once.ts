/** The one look at a medium that may be opened once: had because somebody pressed it, never because an address says so. */
import type { PipitClient } from "@pipit/client";

export type OpenedMedia = Awaited<ReturnType<PipitClient["api"]["messages"]["open"]>>;

const asked = new Set<string>();
const opened = new Map<string, Promise<OpenedMedia>>();

/** Somebody has pressed the sealed box: the viewer that comes may open it. */
export function askToOpen(messageId: string): void {
  asked.add(messageId);
}

export function isAskedToOpen(messageId: string): boolean {
  return asked.has(messageId);
}

/** Opens it; twice, as effects are run twice in development, is once. @throws {PipitError} */
export function openOnce(client: PipitClient, messageId: string): Promise<OpenedMedia> {
  const known = opened.get(messageId) ?? client.api.messages.open({ message_id: messageId });
  opened.set(messageId, known);
  // What failed has not been opened.
  known.catch(() => opened.delete(messageId));
  return known;
}

/** The look is over. */
export function endLook(messageId: string): void {
  asked.delete(messageId);
  opened.delete(messageId);
}
