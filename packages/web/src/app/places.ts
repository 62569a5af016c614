/** Where in the page one can be: what the address says, checked, and the address that says it. */

/** What stands in the left column. */
const sides = ["new", "group", "archived", "starred", "mentions", "requests", "settings"] as const;
/** What stands beside the conversation. */
export const panels = ["info", "members", "media", "pins", "message", "starred", "invite"] as const;
export type Side = (typeof sides)[number];
export type Panel = (typeof panels)[number];

export type Place = {
  roomId?: string | undefined;
  /** The code of a link to join by. Nothing else stands beside it. */
  code?: string | undefined;
  side?: Side | undefined;
  /** The part of the settings. */
  section?: string | undefined;
  panel?: Panel | undefined;
  /** The message that the panel is about. */
  of?: string | undefined;
  /** The sequence of the message to jump to. */
  at?: number | undefined;
  /** The message whose picture or film fills the page. */
  view?: string | undefined;
};

/** What is not understood is left out. */
export function toPlace(path: string, query: string): Place {
  const [, name, rest] = /^\/(room|join)\/([^/]+)\/?$/.exec(path) ?? [];
  const named = decode(rest);
  if (name === "join") return { code: named };
  const search = new URLSearchParams(query);
  const at = Number(search.get("at"));
  return {
    roomId: named,
    side: sides.find((side) => side === search.get("side")),
    section: search.get("section") || undefined,
    panel: panels.find((panel) => panel === search.get("panel")),
    of: search.get("of") || undefined,
    at: Number.isSafeInteger(at) && at > 0 ? at : undefined,
    view: search.get("view") || undefined,
  };
}

/** The address of a place, from the root of the page. */
export function toAddress({ roomId, code, ...rest }: Place): string {
  if (code) return `/join/${encodeURIComponent(code)}`;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `/${roomId ? `room/${encodeURIComponent(roomId)}` : ""}${query && `?${query}`}`;
}

function decode(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an address that Pipit writes: it names nothing.
    return undefined;
  }
}
