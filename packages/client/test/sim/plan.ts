/** What happens in a simulation, drawn from its seed: a list of steps, any of which can be left out. */

import type { SyncOptions } from "../../src/sync/sync-engine.ts";
import type { Faults } from "./network.ts";
import { createRandom, type Random } from "./random.ts";

const stepWeights = {
  act: 160,
  open: 5,
  cut: 7,
  partition: 4,
  reunite: 4,
  kill: 3,
  reload: 4,
  close: 4,
  wake: 2,
  restart: 1.2,
  logOutSelf: 0.8,
  logOutOther: 0.8,
  signIn: 2,
  retain: 0.8,
  expire: 2,
  doJobs: 6,
  sendFile: 12,
  removeFile: 8,
  tidy: 3,
  rest: 4,
};

export type StepKind = keyof typeof stepWeights | "found";

export type Step = {
  /** Its place in the whole plan. */
  n: number;
  kind: StepKind;
  /** Which device, by its place among all. */
  device: number;
  /** Of all that is drawn in it, and until the next step. */
  seed: number;
  /** How many things happen on the network, at most, before the next step. */
  deliveries: number;
  /** Nothing gets lost or overtaken until the next step. */
  isCalm: boolean;
};

export type Plan = {
  seed: number;
  users: number;
  devicesPerUser: number;
  faults: Faults;
  sync: SyncOptions;
  steps: Step[];
};

export type PlanSize = { users: number; devicesPerUser: number; steps: number };

const fullSize: PlanSize = { users: 20, devicesPerUser: 3, steps: 130 };

const calm: Faults = { drop: 0, repeat: 0, reorder: 0, loseCall: 0, loseAnswer: 0, giveUp: 0 };

export function drawPlan(seed: number, size: PlanSize = fullSize): Plan {
  const random = createRandom(seed);
  const { users, devicesPerUser } = size;
  const faults = drawFaults(random);
  const sync = random.pick([
    { warmRooms: 20, maxIdleRooms: 50, windowSize: 200, pageSize: 100 },
    { warmRooms: 20, maxIdleRooms: 50, windowSize: 200, pageSize: 5 },
    { warmRooms: 2, maxIdleRooms: 1, windowSize: 3, pageSize: 3 },
    { warmRooms: 0, maxIdleRooms: 2, windowSize: 6, pageSize: 7 },
  ]);
  const count = users * devicesPerUser;
  const steps: Step[] = [];
  const add = (kind: StepKind, device: number): void => {
    steps.push({
      n: steps.length,
      kind,
      device,
      seed: random.between(0, 2 ** 31),
      deliveries: random.chance(0.5) ? random.between(0, 30) : random.between(100, 600),
      isCalm: false,
    });
  };
  // Each user has one device from the start on; the others come as it goes.
  for (let user = 0; user < users; user += 1) add("open", user * devicesPerUser);
  // Some people do much, most do little.
  const busy = Array.from({ length: Math.ceil(users / 3) }, () => random.between(0, users - 1));
  const pickUser = (): number => (random.chance(0.6) ? random.pick(busy) : random.between(0, users - 1));
  for (let room = 0; room < users / 2; room += 1) add("found", pickUser() * devicesPerUser);
  const begun = steps.length;
  for (let step = 0; step < size.steps; step += 1) {
    const user = pickUser();
    const kind = random.weigh(stepWeights);
    const device = random.between(0, devicesPerUser - 1);
    add(kind, kind === "open" ? random.between(0, count - 1) : user * devicesPerUser + device);
  }
  for (let device = 0; device < count; device += 1) {
    if (device % devicesPerUser !== 0) steps.splice(random.between(begun, steps.length), 0, openOf(random, device));
  }
  for (const [n, step] of steps.entries()) step.n = n;
  return { seed, users, devicesPerUser, faults, sync, steps };
}

export function faultsOf(plan: Plan, step: Step): Faults {
  return step.isCalm ? calm : plan.faults;
}

function openOf(random: Random, device: number): Step {
  return {
    n: 0,
    kind: "open",
    device,
    seed: random.between(0, 2 ** 31),
    deliveries: random.between(0, 40),
    isCalm: false,
  };
}

function drawFaults(random: Random): Faults {
  const level = random.pick([0, 0.02, 0.1, 0.3]);
  const draw = (): number => level * random.next() * 2;
  const call = level * 0.3;
  return {
    drop: draw(),
    repeat: draw(),
    reorder: draw(),
    loseCall: random.next() * call,
    loseAnswer: random.next() * call,
    giveUp: random.next() * call,
  };
}
