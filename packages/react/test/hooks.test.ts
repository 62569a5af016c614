/** The hooks over the SDK and a real server. */

import { randomUUID } from "node:crypto";
import type { PipitClient, RoomHandle } from "@pipit/client";
import { cleanup } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { connect, until } from "../../client/test/setup/test-client.ts";
import { startTestServer, type TestServer } from "../../server/test/setup/test-server.ts";
import {
  useConnection,
  useDraft,
  useEvent,
  useMarkRead,
  useMembers,
  useMessageActions,
  useMessages,
  useOutbox,
  useOutboxUpload,
  usePresence,
  useReceipts,
  useRoom,
  useRoomPreferences,
  useRooms,
  useSendMessage,
  useTyping,
  useUpload,
} from "../src/react.ts";
import { setFocus } from "./setup/dom.ts";
import { probe } from "./setup/probe.ts";

let server: TestServer;
let ada: PipitClient;
let bob: PipitClient;
let bobId: string;
/** A room of the two, and Bob's hold on it. */
let roomId: string;
let peer: RoomHandle;

beforeAll(async () => {
  server = await startTestServer();
});

beforeEach(async () => {
  setFocus(true);
  bobId = `bob-${randomUUID()}`;
  const people = await Promise.all([server.person(`ada-${randomUUID()}`), server.person(bobId)]);
  [ada, bob] = await Promise.all([connect(server, people[0]), connect(server, people[1])]);
  roomId = (await createRoom("group")).id;
  peer = bob.room(roomId);
  await until(bob.rooms, (rooms) => rooms.length === 1);
  peer.messages.subscribe(() => {});
  await until(peer.messages, ({ isLoading }) => !isLoading);
});

afterEach(async () => {
  cleanup();
  await Promise.all([ada.close(), bob.close()]);
});

afterAll(async () => {
  await server?.close();
});

function createRoom(name: string) {
  return ada.api.rooms.create({ type: "group", name, member_ids: [bobId] });
}

const texts = ({ items }: { items: readonly { content: string }[] }) =>
  items.map((item) => item.content).filter(Boolean);

describe("what is shown", () => {
  it("the list of rooms and a room follow what others do", async () => {
    const rooms = probe(ada, useRooms, undefined);
    const room = probe(ada, useRoom, roomId);
    await peer.send({ content: "news" });
    await rooms.until((now) => now.rooms[0]?.last_message?.content === "news");
    await room.until((now) => now.room?.unread_count === 1);
    const other = await createRoom("other");
    await rooms.until((now) => now.rooms.length === 2 && now.rooms[0]?.id === other.id);
    expect(rooms.now().isLoading).toBe(false);
    expect(room.now().room?.id).toBe(roomId);
    room.show(other.id);
    expect(room.now().room?.id).toBe(other.id);
    room.show("nowhere");
    expect(room.now()).toEqual({ room: undefined, isLoading: false });
  });

  it("[M9] a message is being sent, then sent, delivered and read", async () => {
    const messages = probe(ada, useMessages, roomId);
    const sending = probe(ada, useSendMessage, roomId);
    const seen: (string | undefined)[] = [];
    const delivered = messages.until(({ items }) => {
      const delivery = items.find((item) => item.content === "hello")?.delivery;
      if (delivery !== seen.at(-1)) seen.push(delivery);
      return delivery === "delivered";
    });
    const key = await sending.now().send({ content: "hello" });
    await delivered;
    // It may be delivered as soon as it is sent.
    expect(seen.filter((delivery) => delivery !== "sent")).toEqual(["sending", "delivered"]);
    expect(messages.now().items.at(-1)?.key).toBe(key);
    await peer.markRead();
    await messages.until(({ items }) => items.at(-1)?.delivery === "read");
    expect(texts(messages.now())).toEqual(["hello"]);
    expect(sending.now().error).toBeUndefined();
    expect(await sending.act(({ send }) => send({ content: " " }))).toBeUndefined();
    expect(sending.now().error).toMatchObject({ code: "invalid_request" });
    await sending.act(({ send }) => send({ content: "again" }));
    expect(sending.now().error).toBeUndefined();
  });

  it("what is done to a message is shown at once, here and there", async () => {
    const messages = probe(ada, useMessages, roomId);
    const actions = probe(ada, useMessageActions, roomId);
    const key = await ada.room(roomId).send({ content: "helo" });
    await messages.until(({ items }) => items.at(-1)?.is_pending === false);
    expect(await actions.act(({ edit }) => edit(key, "hello"))).toBe(true);
    expect(texts(messages.now())).toEqual(["hello"]);
    await actions.act(({ react }) => react(key, "👍"));
    await actions.act(({ star }) => star(key));
    expect(messages.now().items.at(-1)).toMatchObject({ is_starred: true, reactions: [{ emoji: "👍", count: 1 }] });
    await until(peer.messages, ({ items }) => items.at(-1)?.reactions[0]?.count === 1);
    expect(texts(peer.messages.getSnapshot())).toEqual(["hello"]);
    await actions.act((one) => one.delete(key));
    await until(peer.messages, ({ items }) => items.at(-1)?.is_deleted === true);
    expect(actions.now().error).toBeUndefined();
  });

  it("older messages are loaded a page at a time", async () => {
    const numbers = Array.from({ length: 120 }, (_, number) => number);
    await Promise.all(numbers.map((number) => bob.api.messages.send({ room_id: roomId, content: `${number}` })));
    await ada.close();
    ada = await connect(server, await server.person(ada.userId.getSnapshot() ?? ""), {});
    const messages = probe(ada, ({ pageSize }) => useMessages(roomId, { pageSize }), { pageSize: 10 });
    const first = await messages.until(({ isLoading }) => !isLoading);
    const before = first.items.length;
    expect(first.isComplete).toBe(false);
    const loading = messages.now().loadOlder();
    await messages.until((now) => now.isLoadingOlder);
    await loading;
    await messages.until((now) => !now.isLoadingOlder);
    expect(messages.now().error).toBeUndefined();
    expect(messages.now().items.length).toBe(before + 10);
    await ada.close();
    await messages.act(({ loadOlder }) => loadOlder());
    expect(messages.now().error).toMatchObject({ code: "aborted" });
  });

  it("members, receipts, who types and who is there", async () => {
    const members = probe(ada, useMembers, roomId);
    const receipts = probe(ada, useReceipts, roomId);
    const typing = probe(ada, useTyping, roomId);
    const writing = probe(bob, useTyping, roomId);
    const presence = probe(ada, usePresence, bobId);
    await members.until((now) => now.length === 2);
    await typing.until(() => true);
    await writing.act(({ setTyping }) => setTyping(true));
    await typing.until(({ typists }) => typists[0]?.user_id === bobId);
    const told = vi.spyOn(peer, "setTyping");
    writing.unmount();
    expect(told.mock.calls).toEqual([[false, "text"]]);
    await typing.until(({ typists }) => typists.length === 0);
    await presence.until((now) => now?.is_online === true);
    await ada.room(roomId).send({ content: "read this" });
    const { items } = await until(peer.messages, (window) => window.items.some((item) => item.content === "read this"));
    await peer.markRead();
    await receipts.until((now) => now.get(bobId)?.read_sequence === items.at(-1)?.sequence_number);
    await bob.api.presence.setStatusMessage({ status_message: "out for tea" });
    await presence.until((now) => now?.status_message === "out for tea");
  });

  it("events call the newest listener, until the component goes", async () => {
    const heard: string[] = [];
    const events = probe(
      ada,
      (name) => useEvent("message:receive", ({ content }) => heard.push(`${name}:${content}`)),
      "a",
    );
    const messages = probe(ada, useMessages, roomId);
    await peer.send({ content: "1" });
    await messages.until((now) => texts(now).includes("1"));
    events.show("b");
    await peer.send({ content: "2" });
    await messages.until((now) => texts(now).includes("2"));
    events.unmount();
    await peer.send({ content: "3" });
    await messages.until((now) => texts(now).includes("3"));
    expect(heard).toEqual(["a:1", "b:2"]);
  });
});

describe("reading", () => {
  const isRead = (isAll: boolean) => (now: { room: { unread_count: number } | undefined }) =>
    (now.room?.unread_count === 0) === isAll;

  it("[M8] messages are read while the page is in focus, as far as they are in view", async () => {
    setFocus(false);
    const room = probe(ada, useRoom, roomId);
    const marking = probe(ada, (upTo: number | undefined) => useMarkRead(roomId, { upTo }), 2 as number | undefined);
    for (const content of ["one", "two", "three"]) await peer.send({ content });
    await room.until((now) => now.room?.unread_count === 3);
    const [first] = ada
      .room(roomId)
      .messages.getSnapshot()
      .items.filter((item) => item.content === "one");
    marking.show(first?.sequence_number);
    expect(room.now().room?.unread_count).toBe(3);
    setFocus(true);
    await room.until((now) => now.room?.unread_count === 2);
    marking.show(undefined);
    await room.until(isRead(true));
    await until(peer.messages, () => bob.room(roomId).receipts.getSnapshot().size > 0);
    marking.unmount();
    await peer.send({ content: "four" });
    await room.until(isRead(false));
  });
});

describe("preferences and drafts", () => {
  it("[A7] what is pinned and what is being written is the same on another device", async () => {
    const laptop = await connect(server, await server.person(ada.userId.getSnapshot() ?? ""));
    try {
      const here = probe(ada, (id: string) => useDraft(id, { saveMs: 30 }), roomId);
      const there = probe(laptop, (id: string) => useDraft(id, { saveMs: 30 }), roomId);
      const preferences = probe(laptop, useRoomPreferences, roomId);
      const own = probe(ada, useRoomPreferences, roomId);
      await own.act(({ setPreferences }) => setPreferences({ is_pinned: true }));
      await preferences.until((now) => now.preferences?.is_pinned === true);
      await here.act(({ setContent }) => setContent("half a"));
      expect(here.now().content).toBe("half a");
      await there.until(({ content }) => content === "half a");
      await there.act(({ setContent }) => setContent("half a thought "));
      await here.until(({ content }) => content === "half a thought ");
      // Not saved yet when the room is left: it is saved then.
      const other = await createRoom("other");
      const slow = probe(ada, (id: string) => useDraft(id, { saveMs: 600_000 }), roomId);
      await slow.act(({ setContent }) => setContent("left behind"));
      slow.show(other.id);
      expect(slow.now().content).toBe("");
      await there.until(({ content }) => content === "left behind");
      await there.act(({ clear }) => clear());
      await here.until(({ content }) => content === "");
    } finally {
      await laptop.close();
    }
  });

  it("a draft that the server refuses stays in front of who wrote it, with the reason", async () => {
    const draft = probe(ada, () => useDraft(roomId, { saveMs: 1 }), undefined);
    const outbox = probe(ada, useOutbox, undefined);
    const { room } = ada.room(roomId);
    const long = "x".repeat(10_001);
    await draft.act(({ setContent }) => setContent(long));
    await draft.until(({ error }) => error !== undefined);
    expect(draft.now().content).toBe(long);
    await draft.act(({ setContent }) => setContent("short"));
    await until(room, (now) => now?.draft?.content === "short");
    await outbox.until(({ items }) => items.length === 0);
    expect(room.getSnapshot()?.draft?.content).toBe("short");
    expect(draft.now()).toMatchObject({ content: "short", error: undefined });
  });
});

const source = (text: string) => ({ blob: new Blob([text]), fileName: "notes.txt", mimeType: "text/plain" });

describe("files", () => {
  it("an upload is shown from its beginning to the medium", async () => {
    const upload = probe(ada, useUpload, undefined, { isStrict: true });
    expect(upload.now().snapshot).toBeUndefined();
    const states = new Set<string | undefined>();
    await upload.act(({ start }) => start(source("a few notes")));
    const { snapshot } = await upload.until((now) => {
      states.add(now.snapshot?.state);
      return now.snapshot?.state === "done";
    });
    expect(states.size).toBeGreaterThan(1);
    expect(snapshot).toMatchObject({ sent: 11, total: 11, media: { fileName: "notes.txt" } });
  });

  it("an upload that is paused waits, goes on, and is given up with the component or for another", async () => {
    const upload = probe(ada, useUpload, undefined);
    await upload.act(({ start, pause }) => {
      start(source("first"));
      pause();
    });
    await upload.until(({ snapshot }) => snapshot?.state === "paused");
    await upload.act(({ resume }) => resume());
    await upload.until(({ snapshot }) => snapshot?.state === "done");
    await upload.act(({ start, pause }) => {
      start(source("second"));
      pause();
    });
    await upload.until(({ snapshot }) => snapshot?.state === "paused");
    await upload.act(({ abort }) => abort());
    await upload.until(({ snapshot }) => snapshot?.state === "aborted");
    const tasks: ReturnType<PipitClient["upload"]>[] = [];
    const watched: PipitClient = Object.create(ada, {
      upload: {
        value: (...given: Parameters<PipitClient["upload"]>) => {
          const task = ada.upload(...given);
          tasks.push(task);
          return task;
        },
      },
    });
    const gone = probe(watched, useUpload, undefined);
    await gone.act(({ start }) => start(source("third")));
    gone.unmount();
    expect(tasks.map((task) => task.getSnapshot().state)).toEqual(["aborted"]);
  });

  it("a message's file is shown on its way, and the message when it is there", async () => {
    const messages = probe(ada, useMessages, roomId);
    const sending = probe(ada, useSendMessage, roomId);
    const upload = probe(ada, (key: string) => useOutboxUpload(key), "none yet" as string);
    const key = (await sending.act(({ send }) => send({ content: "notes", file: source("of a message") }))) ?? "";
    const states = new Set<string | undefined>();
    upload.show(key);
    await upload.until(({ snapshot }) => {
      states.add(snapshot?.state);
      return states.size > 1 && snapshot === undefined;
    });
    const { items } = await messages.until((now) =>
      now.items.some((item) => item.key === key && item.delivery === "delivered"),
    );
    expect(items.at(-1)).toMatchObject({ content: "notes", message_type: "file" });
  });
});

describe("drawing", () => {
  it("a message in one room does not draw what shows another again", async () => {
    const other = await createRoom("other");
    await until(bob.rooms, (rooms) => rooms.length === 2);
    const here = probe(ada, useMessages, roomId);
    const quiet = [
      here,
      probe(ada, useRoom, roomId),
      probe(ada, useMembers, roomId),
      probe(ada, useReceipts, roomId),
      probe(ada, useRoomPreferences, other.id),
      probe(ada, useSendMessage, other.id),
      probe(ada, useConnection, undefined),
    ];
    const there = probe(ada, useMessages, other.id);
    await here.until(({ isLoading }) => !isLoading);
    await there.until(({ isLoading }) => !isLoading);
    await until(ada.outbox.items, (items) => items.length === 0);
    const before = quiet.map((one) => one.count());
    await bob.room(other.id).send({ content: "over there" });
    await there.until((now) => texts(now).includes("over there"));
    expect(quiet.map((one) => one.count())).toEqual(before);
    // What changes nothing that is shown draws nothing either.
    const messages = here.now();
    await ada.room(roomId).setPreferences({ is_archived: true });
    await until(ada.outbox.items, (items) => items.length === 0);
    expect(here.now()).toBe(messages);
  });

  it("functions stay the same when something else changes", async () => {
    const messages = probe(ada, useMessages, roomId);
    const typing = probe(ada, useTyping, roomId);
    const [{ loadOlder }, { setTyping }] = [messages.now(), typing.now()];
    bob.room(roomId).setTyping(true);
    await typing.until(({ typists }) => typists.length === 1);
    await peer.send({ content: "x" });
    await messages.until((now) => texts(now).includes("x"));
    expect(messages.now().loadOlder).toBe(loadOlder);
    expect(typing.now().setTyping).toBe(setTyping);
  });

  it.each([false, true])("subscriptions end with the component (StrictMode: %s)", async (isStrict) => {
    const counts = new Map<string, number>();
    const watched = countSubscriptions(ada, roomId, counts);
    const all = probe(
      watched,
      () => ({
        messages: useMessages(roomId),
        others: [useRooms(), useMembers(roomId), useTyping(roomId), useDraft(roomId), useMarkRead(roomId)],
      }),
      undefined,
      { isStrict },
    );
    await peer.send({ content: "seen" });
    await all.until((now) => texts(now.messages).includes("seen"));
    expect([...counts.values()].every((count) => count > 0)).toBe(true);
    all.unmount();
    expect([...counts].filter(([, count]) => count !== 0)).toEqual([]);
    const drawn = all.count();
    const again = probe(ada, useMessages, roomId);
    await peer.send({ content: "unseen" });
    await again.until((now) => texts(now).includes("unseen"));
    expect(all.count()).toBe(drawn);
  });
});

/** The same client, which counts who listens to what. */
function countSubscriptions(client: PipitClient, id: string, counts: Map<string, number>): PipitClient {
  const count = <Value extends object>(owner: Value, names: (keyof Value & string)[]): Value => {
    const counted = Object.create(owner) as Record<string, unknown>;
    for (const name of names) {
      const query = owner[name] as { subscribe(listener: () => void): () => void; getSnapshot(): unknown };
      counted[name] = {
        getSnapshot: query.getSnapshot,
        subscribe(listener: () => void) {
          counts.set(name, (counts.get(name) ?? 0) + 1);
          const end = query.subscribe(listener);
          return () => {
            counts.set(name, (counts.get(name) ?? 0) - 1);
            end();
          };
        },
      };
    }
    return counted as Value;
  };
  const room = count(client.room(id), ["messages", "room", "members", "typing"]);
  const counted = {
    rooms: client.rooms,
    isSynced: client.isSynced,
    connection: client.connection,
    outbox: client.outbox,
    room: () => room,
  };
  return count(counted as unknown as PipitClient, ["rooms", "isSynced"]);
}
