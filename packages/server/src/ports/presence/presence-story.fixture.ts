/** A story of sockets, outages, losses and deaths, made by chance; and what must be true once all has healed. */
import { expect } from "vitest";
import type { Connection, Presence } from "./presence.ts";
import type { RedisNodes } from "./redis-nodes.fixture.ts";

type Live = Connection & { node: Presence; isInFocus: boolean };
type Story = {
  nodes: RedisNodes;
  random: (below: number) => number;
  live: Live[];
  cut: Set<Presence>;
  told: Map<string, boolean[]>;
  steps: string[];
  /** Redis lost its data twice, or while a node was cut off: what was told can't be known then, but what is can. */
  isDoublyBroken: boolean;
  hasLost: boolean;
  sockets: number;
};

const users = ["u0", "u1", "u2", "u3"];

/** @param random gives a whole number below the one it is given */
export async function playStory(nodes: RedisNodes, random: (below: number) => number, length: number): Promise<void> {
  const story: Story = {
    ...{ nodes, random, live: [], cut: new Set(), told: new Map(), steps: [] },
    ...{ isDoublyBroken: false, hasLost: false, sockets: 0 },
  };
  for (const node of [nodes.here, nodes.there]) {
    node.watch(({ user, isOnline }) => {
      story.told.set(user.userId, [...(story.told.get(user.userId) ?? []), isOnline]);
      story.steps.push(`told: ${user.userId} ${isOnline}`);
    });
  }
  for (let step = 0; step < length; step += 1) await takeStep(story);
  const alive = await endStory(story);
  await checkStory(story, alive);
}

async function takeStep(story: Story): Promise<void> {
  const { random } = story;
  const kinds = Object.keys(steps);
  const kind = kinds[random(kinds.length)] ?? "";
  story.steps.push(kind);
  await steps[kind]?.(story);
  await story.nodes.settle();
}

const nodeOf = ({ nodes, random }: Story): Presence => (random(2) === 0 ? nodes.here : nodes.there);

const enter = async (story: Story): Promise<void> => {
  const userId = users[story.random(users.length)] ?? "";
  const node = nodeOf(story);
  const socketId = `s${story.sockets++}`;
  const socket = { tenantId: "t", userId, socketId, deviceId: socketId, node, isInFocus: true };
  story.live.push(socket);
  story.steps.push(`${userId} on ${node === story.nodes.here ? "here" : "there"}`);
  await node.enter(socket);
};

const leave = async (story: Story): Promise<void> => {
  const [socket] = story.live.splice(story.random(story.live.length || 1), 1);
  story.steps.push(`${socket?.userId}`);
  await socket?.node.leave(socket);
};

const passTime = async (story: Story): Promise<void> => {
  const seconds = 1 + story.random(20);
  story.steps.push(`${seconds} s`);
  await story.nodes.pass(seconds);
};

const steps: Record<string, (story: Story) => Promise<void>> = {
  enter,
  "enter too": enter,
  leave,
  "leave too": leave,
  pass: passTime,
  async focus({ live, random }) {
    const socket = live[random(live.length || 1)];
    if (!socket) return;
    socket.isInFocus = !socket.isInFocus;
    await socket.node.setFocus(socket, socket.isInFocus);
  },
  async cut(story) {
    const node = nodeOf(story);
    if (story.cut.has(node)) return;
    story.cut.add(node);
    await story.nodes.cut(node);
  },
  async mend(story) {
    for (const node of story.cut) await story.nodes.mend(node);
    story.cut.clear();
  },
  async lose(story) {
    // Seldom, or most stories would be broken twice.
    if (story.random(story.hasLost || story.cut.size > 0 ? 10 : 2) > 0) return;
    story.isDoublyBroken ||= story.hasLost || story.cut.size > 0;
    story.hasLost = true;
    await story.nodes.lose();
  },
};

/** @returns the nodes that live on */
async function endStory(story: Story): Promise<Presence[]> {
  const { nodes, random } = story;
  await steps.mend?.(story);
  const alive = [nodes.here, nodes.there];
  if (random(3) === 0) {
    await nodes.kill(nodes.there);
    story.steps.push("there is killed");
    story.live = story.live.filter(({ node }) => node !== nodes.there);
    alive.pop();
  }
  await nodes.pass(60);
  return alive;
}

async function checkStory({ live, told, steps: taken, isDoublyBroken, nodes }: Story, alive: Presence[]) {
  const what = taken.join(", ");
  const online = new Set(live.map(({ userId }) => userId));
  for (const userId of users) {
    const own = live.filter((socket) => socket.userId === userId);
    const heard = told.get(userId) ?? [];
    const inTurn = [true, false];
    if (!isDoublyBroken) {
      expect(heard.at(-1) ?? false, `${userId} in the end, after ${what}`).toBe(own.length > 0);
      expect(heard, `${userId} after ${what}`).toEqual(heard.map((_, index) => inTurn[index % 2]));
    }
    for (const node of alive) {
      const user = { tenantId: "t", userId };
      expect(await node.countSockets(user), what).toBe(own.length);
      const focused = own.flatMap(({ isInFocus, deviceId }) => (isInFocus ? (deviceId ?? []) : []));
      expect(await node.findFocused(user), what).toEqual(new Set(focused));
    }
  }
  for (const node of alive) expect(await node.findOnline("t", users), what).toEqual(online);
  expect(nodes.errors, what).toEqual([]);
}
