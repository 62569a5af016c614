/** What every adapter of the port `Audiences` must do (audiences.ts). */
import type { EventName, Payload } from "@pipit/protocol/events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Audiences, UserKey } from "./audiences.ts";

/** A socket of a user, in that user's audience. */
export type Device = {
  id: string;
  /** What it heard, once all has come that it was told before. */
  hears(): Promise<[event: string, payload: unknown][]>;
  disconnect(): Promise<void>;
  /** Resolves when it has been closed from the other side. @returns what it heard */
  ended(): Promise<[event: string, payload: unknown][]>;
};

export type AudiencesUnderTest = {
  audiences: Audiences;
  /** @param deviceId of the device whose socket it is, if it says so */
  connect(user: UserKey, deviceId?: string): Promise<Device>;
  close(): Promise<void>;
};

/** Runs the contract on an adapter, which is started anew for each rule. */
export function describeAudiences(name: string, start: () => Promise<AudiencesUnderTest>): void {
  describe(`audiences of ${name}`, () => {
    let running: AudiencesUnderTest;
    beforeEach(async () => {
      running = await start();
    });
    afterEach(() => running.close());
    for (const [title, check] of Object.entries(rules)) it(title, () => check(running));
  });
}

const ada = { tenantId: "t", userId: "ada" };
const bob = { tenantId: "t", userId: "bob" };
const room = "01a00000-0000-7000-8000-000000000001";
const other = "01a00000-0000-7000-8000-000000000002";
const event = "room:deleted" satisfies EventName;

/** Told apart by their number. */
const about = (roomId: string, change = 1): Payload<typeof event> => ({ room_id: roomId, change });
const heard = (...changes: number[]) => changes.map((change) => [event, about(room, change)]);

const rules: Record<string, (running: AudiencesUnderTest) => Promise<void>> = {
  "[G9] whether a socket is in a room's is known at once": async ({ audiences, connect }) => {
    const device = await connect(ada);
    expect(audiences.hasJoined(device.id, room)).toBe(false);
    audiences.joinRoom(ada, room);
    expect(audiences.hasJoined(device.id, room)).toBe(true);
    expect(audiences.hasJoined(device.id, other)).toBe(false);
    expect(audiences.hasJoined("nobody", room)).toBe(false);
    audiences.leaveRoom(ada, room);
    expect(audiences.hasJoined(device.id, room)).toBe(false);
    audiences.joinRoom(ada, room);
    audiences.closeRoom(room);
    expect(audiences.hasJoined(device.id, room)).toBe(false);
    audiences.joinRoom(ada, room);
    await device.disconnect();
    expect(audiences.hasJoined(device.id, room)).toBe(false);
  },

  "[G9] a room's are the sockets that joined it, and no others": async ({ audiences, connect }) => {
    const devices = [await connect(ada), await connect(ada), await connect(bob)];
    audiences.joinRoom(ada, room);
    audiences.joinRoom(bob, other);
    audiences.toRoom(room, event, about(room));
    expect(await Promise.all(devices.map((device) => device.hears()))).toEqual([heard(1), heard(1), []]);
  },

  "[G9] a user's are their own sockets: not the same id's in another tenant, nor a similar one's": async (running) => {
    const { audiences, connect } = running;
    const strangers = [
      { tenantId: "u", userId: "ada" },
      { tenantId: "t", userId: "ada2" },
      { tenantId: "t", userId: "Ada" },
      { tenantId: "t.t", userId: "ada" },
    ];
    const own = await connect(ada);
    const others = await Promise.all(strangers.map((stranger) => connect(stranger)));
    for (const stranger of strangers) audiences.joinRoom(stranger, other);
    audiences.joinRoom(ada, room);
    audiences.toUser(ada, event, about(room, 1));
    audiences.toRoom(room, event, about(room, 2));
    expect(await own.hears()).toEqual(heard(1, 2));
    for (const stranger of others) expect(await stranger.hears()).toEqual([]);
  },

  "[G9] a device's are its own sockets: not the user's others, nor another user's of the same name": async (
    running,
  ) => {
    const { audiences, connect } = running;
    const own = [await connect(ada, "phone"), await connect(ada, "phone")];
    const strangers = [
      await connect(ada),
      await connect(ada, "phone2"),
      await connect(ada, "Phone"),
      await connect(bob, "phone"),
      await connect({ tenantId: "u", userId: "ada" }, "phone"),
    ];
    audiences.toDevice({ ...ada, deviceId: "phone" }, event, about(room));
    audiences.toDevice({ ...ada, deviceId: "none" }, event, about(room, 2));
    for (const socket of own) expect(await socket.hears()).toEqual(heard(1));
    for (const stranger of strangers) expect(await stranger.hears()).toEqual([]);
  },

  "a socket is one: not the others of its device": async ({ audiences, connect }) => {
    const [one, other] = [await connect(ada, "phone"), await connect(ada, "phone")];
    audiences.toSocket(one.id, event, about(room));
    audiences.toSocket("none", event, about(room, 2));
    expect([await one.hears(), await other.hears()]).toEqual([heard(1), []]);
  },

  "[V5] of a device that is logged out each socket is told, then closed, and hears nothing after": async (running) => {
    const { audiences, connect } = running;
    const own = [await connect(ada, "phone"), await connect(ada, "phone")];
    const others = [await connect(ada, "laptop"), await connect(ada), await connect(bob, "phone")];
    for (const user of [ada, bob]) audiences.joinRoom(user, room);
    audiences.toRoom(room, event, about(room, 1));
    audiences.logOut({ ...ada, deviceId: "phone" });
    audiences.toRoom(room, event, about(room, 2));
    audiences.toDevice({ ...ada, deviceId: "phone" }, event, about(room, 3));
    const told = ["device:logged-out", { device_id: "phone" }];
    for (const socket of own) expect(await socket.ended()).toEqual([...heard(1), told]);
    for (const socket of others) expect(await socket.hears()).toEqual(heard(1, 2));
    audiences.logOut({ ...ada, deviceId: "phone" });
  },

  "[G11] what is only for idle sockets is not for those that something waits for, nor for the one left out": async ({
    audiences,
    connect,
  }) => {
    const [busy, idle, asker] = [await connect(ada), await connect(bob), await connect(bob)];
    for (const user of [ada, bob]) audiences.joinRoom(user, room);
    audiences.toRoomIfIdle(other, event, about(other));
    // Of what is told in one turn, at least the last waits.
    for (const change of [1, 2, 3]) audiences.toUser(ada, event, about(room, change));
    audiences.toRoomIfIdle(room, event, about(room, 4), asker.id);
    expect(await busy.hears()).toEqual(heard(1, 2, 3));
    expect([await idle.hears(), await asker.hears()]).toEqual([heard(4), []]);
    audiences.toRoomIfIdle(room, event, about(room, 5));
    expect(await busy.hears()).toEqual(heard(1, 2, 3, 5));
    expect([await idle.hears(), await asker.hears()]).toEqual([heard(4, 5), heard(5)]);
  },

  "[W8] but for one socket, of a room and of a user": async ({ audiences, connect }) => {
    const [phone, laptop] = [await connect(ada), await connect(ada)];
    audiences.joinRoom(ada, room);
    audiences.toRoom(room, event, about(room, 1), phone.id);
    audiences.toUser(ada, event, about(room, 2), phone.id);
    expect(await phone.hears()).toEqual([]);
    expect(await laptop.hears()).toEqual(heard(1, 2));
  },

  "a room's but for some users, and for one socket, are the others' sockets": async ({ audiences, connect }) => {
    const devices = [await connect(ada), await connect(ada), await connect(bob), await connect(bob)];
    for (const user of [ada, bob]) audiences.joinRoom(user, room);
    audiences.toRoomBut([ada], room, event, about(room), devices[3]?.id);
    audiences.toRoomBut([], room, event, about(room, 2));
    audiences.toRoomBut([ada, bob], room, event, about(room, 3));
    const all = await Promise.all(devices.map((device) => device.hears()));
    expect(all).toEqual([heard(2), heard(2), heard(1, 2), heard(2)]);
  },

  "[R5] joining and leaving are of every socket that the user has, from then on": async ({ audiences, connect }) => {
    const [phone, laptop] = [await connect(ada), await connect(ada)];
    audiences.toRoom(room, event, about(room, 1));
    audiences.joinRoom(ada, room);
    audiences.toRoom(room, event, about(room, 2));
    audiences.leaveRoom(ada, room);
    audiences.toRoom(room, event, about(room, 3));
    audiences.toUser(ada, event, about(room, 4));
    expect([await phone.hears(), await laptop.hears()]).toEqual([heard(2, 4), heard(2, 4)]);
  },

  "joining twice is joining once, and leaving what one is not in is nothing": async ({ audiences, connect }) => {
    const phone = await connect(ada);
    for (let time = 0; time < 2; time += 1) audiences.joinRoom(ada, room);
    audiences.leaveRoom(ada, other);
    audiences.leaveRoom(bob, room);
    audiences.toRoom(room, event, about(room, 1));
    audiences.leaveRoom(ada, room);
    audiences.toRoom(room, event, about(room, 2));
    expect(await phone.hears()).toEqual(heard(1));
  },

  "[P7] who is silent in a room is known at once, of each of a user's sockets, and of nobody else's": async (
    running,
  ) => {
    const { audiences, connect } = running;
    const own = [await connect(ada), await connect(ada)];
    const peer = await connect(bob);
    const areSilent = (roomId: string) => [...own, peer].map((device) => audiences.isSilent(device.id, roomId));
    for (const user of [ada, bob]) audiences.joinRoom(user, room);
    for (let time = 0; time < 2; time += 1) audiences.setSilent(ada, room, true);
    expect(areSilent(room)).toEqual([true, true, false]);
    expect(areSilent(other)).toEqual([false, false, false]);
    audiences.toRoom(room, event, about(room));
    expect(await own[0]?.hears()).toEqual(heard(1));
    audiences.setSilent(ada, room, false);
    audiences.setSilent(bob, other, false);
    expect(areSilent(room)).toEqual([false, false, false]);
  },

  "a room that is closed has no audience; its users have theirs, and their other rooms": async (running) => {
    const { audiences, connect } = running;
    const [phone, peer] = [await connect(ada), await connect(bob)];
    for (const user of [ada, bob]) for (const id of [room, other]) audiences.joinRoom(user, id);
    audiences.closeRoom(other);
    audiences.toRoom(other, event, about(other));
    audiences.toRoom(room, event, about(room, 1));
    audiences.toUser(ada, event, about(room, 2));
    expect(await phone.hears()).toEqual(heard(1, 2));
    expect(await peer.hears()).toEqual(heard(1));
  },

  "[G4] telling nobody, or one who has gone, is no fault": async ({ audiences, connect }) => {
    const phone = await connect(ada);
    audiences.joinRoom(ada, room);
    await phone.disconnect();
    const laptop = await connect(ada);
    audiences.toRoom(room, event, about(room, 1));
    audiences.toRoom(other, event, about(other), "no-such-socket");
    audiences.toUser(bob, event, about(room, 2));
    audiences.joinRoom(bob, room);
    expect(await laptop.hears()).toEqual([]);
  },

  "what is told in turn comes in turn, through one audience or several": async ({ audiences, connect }) => {
    const phone = await connect(ada);
    audiences.joinRoom(ada, room);
    const changes = Array.from({ length: 100 }, (_, n) => n + 1);
    for (const change of changes) {
      if (change % 3 === 0) audiences.toUser(ada, event, about(room, change));
      else audiences.toRoom(room, event, about(room, change));
    }
    expect(await phone.hears()).toEqual(heard(...changes));
  },
};
