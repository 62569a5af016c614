/** All that a device knows: the rooms of its user, the windows of those that are open, and private state. */
import type { AccountSettings, RoomPreferences, StarredMessage } from "@pipit/protocol/models/account";
import type { Message } from "@pipit/protocol/models/message";
import type { Watermarks } from "@pipit/protocol/models/receipt";
import type { Member, Room } from "@pipit/protocol/models/room";

type Preferences = Omit<RoomPreferences, "room_id" | "account_change"> & Pick<Room, "preferences_change">;

/** What is kept of a room beside its rows. */
export type RoomRecord = {
  /** The server's view of it, as far as it has been told. */
  room: Room;
  /** The preferences that a change of the account told last. */
  kept?: Preferences | undefined;
  /** The change up to which `room`'s unread counts are right, and the sequence. */
  counted: { change: number; sequence: number };
  /** The change up to which the rows below are complete; undefined when there are none. */
  cursor: number | undefined;
  /** More pages of sync follow: of rows that changed again beyond the cursor, what they were at it is missing. */
  isPartial: boolean;
  /** The rows hold all visible messages from this sequence on. */
  from: number;
  /** There is no older message. */
  isComplete: boolean;
  /** How far all others have received and read at some time: what has been shown does not go back. */
  floor: { delivered: number; read: number };
};

/** The rows of a room that is open: only these are kept up to date with each event. */
export type RoomRows = {
  /** Ascending by sequence. */
  messages: Message[];
  /** By message id. */
  sequences: Map<string, number>;
  members: Map<string, Member>;
  watermarks: Map<string, Watermarks>;
};

export type RoomState = RoomRecord & { rows: RoomRows | undefined };

export type DeviceState = {
  userId: string | undefined;
  rooms: Map<string, RoomState>;
  hidden: Map<string, string>;
  stars: Map<string, StarredMessage>;
  settings: AccountSettings | undefined;
  /** The account change up to which private state is complete. */
  accountChange: number;
  /** What `sync.chats` gave last. */
  cursor: string | undefined;
};

export function createDeviceState(): DeviceState {
  return {
    userId: undefined,
    rooms: new Map(),
    hidden: new Map(),
    stars: new Map(),
    settings: undefined,
    accountChange: 0,
    cursor: undefined,
  };
}

export function emptyRows(): RoomRows {
  return { messages: [], sequences: new Map(), members: new Map(), watermarks: new Map() };
}

/** A room of which only the server's view is known. */
export function toListedRoom(room: Room): RoomState {
  return {
    room,
    counted: { change: room.last_change, sequence: room.last_sequence },
    cursor: undefined,
    isPartial: false,
    from: 0,
    isComplete: false,
    floor: { delivered: 0, read: 0 },
    rows: undefined,
  };
}
