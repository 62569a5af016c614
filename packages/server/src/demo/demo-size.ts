/** How large a demo is: as people are shown it, or smaller, for tests. */
import { type DemoPerson, demoPeople } from "./demo-people.ts";
import { type DemoGroup, type DemoPair, demoGroups, demoPairs } from "./demo-rooms.ts";

export type DemoSize = {
  people: readonly DemoPerson[];
  groups: readonly DemoGroup[];
  pairs: readonly DemoPair[];
  /** About how many messages a room has at most, and how often its phrase book is gone through. */
  most: { group: number; pair: number };
  rounds: { group: number; pair: number };
  /** For how long they have talked. */
  days: number;
};

export const fullSize: DemoSize = {
  people: demoPeople,
  groups: demoGroups,
  pairs: demoPairs,
  most: { group: 150, pair: 100 },
  rounds: { group: 2.1, pair: 1.4 },
  days: 21,
};
