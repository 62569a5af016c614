/** What an event, or a reply that is taken as one, may change, and when a device must rather ask. */
import type { Message } from "@pipit/protocol/models/message";
import type { Room } from "@pipit/protocol/models/room";
import { afterAll, describe, expect, it } from "vitest";
import { findEnvironment } from "../environment.ts";
import { createMemoryStore } from "../store/memory-store.ts";
import { applyRoomEvent } from "./apply-room-event.ts";
import { createDeviceState, emptyRows, toListedRoom } from "./device-state.ts";
import type { OpenRoom } from "./open-room.ts";
import { Recorder } from "./recorder.ts";
import { setMessage } from "./room-rows.ts";
import type { Model } from "./save-room.ts";

const recorder = new Recorder({
  store: createMemoryStore(),
  env: findEnvironment(),
  isShared: false,
  onError: (error) => {
    throw error;
  },
});
afterAll(() => recorder.stop());

function messageOf(sequence: number, change: number, more: Partial<Message> = {}): Message {
  const id = `room.${sequence}`;
  const plain = { id, room_id: "room", sender_id: "bob", sequence_number: sequence, change, content: "hi" };
  return { ...plain, message_type: "text", reactions: [], meta_data: {}, ...more } as unknown as Message;
}

/** A room of ada's that has one message and is complete up to change 5. */
function open(): { model: Model; room: OpenRoom } {
  const model: Model = { state: { ...createDeviceState(), userId: "ada" }, recorder };
  const view = { id: "room", last_change: 5, last_sequence: 1 } as unknown as Room;
  const room: OpenRoom = { ...toListedRoom(view), rows: emptyRows(), cursor: 5, isComplete: true };
  setMessage(model, room, messageOf(1, 5));
  return { model, room };
}

describe("a reply that carries an earlier change", () => {
  it("[G5] to a mark beyond the last message is not taken for the message that moved the watermark", () => {
    const { model, room } = open();
    const told = { room_id: "room", user_id: "ada", up_to_sequence: 2, change: 6 };
    expect(applyRoomEvent(model, room, "message:seen:update", told, 6)).toBe("gap");
    const sent = messageOf(2, 6, { sender_id: "ada" });
    expect(applyRoomEvent(model, room, "message:receive", sent, 6)).toBe("applied");
    expect(room.rows.messages.map((message) => message.sequence_number)).toEqual([1, 2]);
  });

  it("[G5] to a reaction that was there before is not taken for what changed the message since", () => {
    const { model, room } = open();
    const mine = [{ emoji: "👍", count: 1, user_ids: ["ada"], reacted_by_me: true }];
    setMessage(model, room, messageOf(1, 5, { reactions: mine }));
    const told = {
      room_id: "room",
      message_id: "room.1",
      user_id: "ada",
      emoji: "👍",
      action: "added",
      reactions: mine,
    };
    expect(applyRoomEvent(model, room, "message:reaction:update", { ...told, change: 6 }, 6)).toBe("gap");
    const edited = messageOf(1, 6, { content: "edited", reactions: mine });
    expect(applyRoomEvent(model, room, "message:edit:update", edited, 6)).toBe("applied");
    expect(room.rows.messages[0]).toMatchObject({ content: "edited", reactions: mine });
  });

  it("[G5] about a message that is not there is a gap", () => {
    const { model, room } = open();
    expect(applyRoomEvent(model, room, "message:edit:update", messageOf(2, 6), 6)).toBe("gap");
    expect(room.cursor).toBe(5);
  });
});

describe("an event", () => {
  it("[G6] raises watermarks, and does not take them down", () => {
    const { model, room } = open();
    const told = (upTo: number, change: number) => ({ room_id: "room", user_id: "carl", up_to_sequence: upTo, change });
    expect(applyRoomEvent(model, room, "message:seen:update", told(1, 6), 6)).toBe("applied");
    expect(applyRoomEvent(model, room, "message:delivered:update", told(0, 7), 7)).toBe("applied");
    expect(room.rows.watermarks.get("carl")).toMatchObject({ delivered_sequence: 1, read_sequence: 1, change: 6 });
  });

  it("[G4] that was applied before is known, and one that overtook another is a gap", () => {
    const { model, room } = open();
    expect(applyRoomEvent(model, room, "message:receive", messageOf(1, 5), 5)).toBe("known");
    expect(applyRoomEvent(model, room, "message:receive", messageOf(3, 7), 7)).toBe("gap");
    expect(room.rows.messages).toHaveLength(1);
  });

  it("[G5] between two pages of sync waits: a row that changed again is in neither of them as it was", () => {
    const { model, room } = open();
    room.isPartial = true;
    expect(applyRoomEvent(model, room, "message:receive", messageOf(2, 6), 6)).toBe("gap");
  });
});
