/** Where one is in the page, and how one gets elsewhere. Features use this, not the browser's history. */
import { useMemo } from "react";
import { navigate, usePathname, useSearch } from "wouter/use-browser-location";
import { type Panel, type Place, type Side, toAddress, toPlace } from "./places.ts";

export type Go = {
  /**
   * Opens a room, at a message if its sequence is given; what stands at the left stays only if asked for. `replace`: one
   * does not come back here.
   */
  room(roomId: string, options?: { at?: number | undefined; keepSide?: boolean; replace?: boolean }): void;
  /** Closes the room: back to the list, on a phone. */
  home(): void;
  /** To what a link to a room leads to. */
  join(code: string): void;
  side(side: Side | undefined, section?: string): void;
  /** `of`: the id of the message that it is about */
  panel(panel: Panel | undefined, of?: string): void;
  /** Shows a message's picture or film over the whole page. */
  view(messageId: string | undefined): void;
  /** The message that the address names has been jumped to: the address names it no more, and may do so again. */
  arrived(): void;
  /** One step back, or to where `otherwise` leads if the page was opened here. */
  back(otherwise: () => void): void;
};

/** The place in the page that the address names. */
export function usePlace(): Place {
  const path = usePathname();
  const query = useSearch();
  return useMemo(() => toPlace(path, query), [path, query]);
}

export function useGo(): Go {
  return go;
}

const go: Go = {
  room(roomId, { at, keepSide = false, replace = false } = {}) {
    const { side, section } = here();
    to(keepSide ? { roomId, side, section, at } : { roomId, at }, replace);
  },
  home: () => to({}),
  join: (code) => to({ code }),
  side(side, section) {
    const { roomId, panel, of } = here();
    to({ roomId, panel, of, side, section });
  },
  panel(panel, of) {
    const { roomId, side, section } = here();
    to({ roomId, side, section, panel, of });
  },
  view: (view) => to({ ...here(), view }, view === undefined),
  arrived: () => to({ ...here(), at: undefined }, true),
  back(otherwise) {
    if (depth() > 0) history.back();
    else otherwise();
  },
};

function here(): Place {
  return toPlace(location.pathname, location.search);
}

function to(place: Place, replace = false): void {
  navigate(toAddress(place), { replace, state: { depth: depth() + (replace ? 0 : 1) } });
}

/** How many steps of this page's own lie behind. */
function depth(): number {
  const state = history.state as { depth?: unknown } | null;
  return typeof state?.depth === "number" ? state.depth : 0;
}
