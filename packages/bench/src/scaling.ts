/** `npm run scaling`: how many machines some numbers of users take, by docs/reports/scaling-costs.json and what it is given. */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { type Costs, type Machine, type Need, type People, planFor } from "./scaling/model.ts";

const usage = `Usage: npm run scaling -- [options]

  --users <n>       users, several with commas (10000000,1000000000)
  --costs <file>    measured costs (docs/reports/scaling-costs.json)
  --connected <x>   share of users that are connected at the peak (0.2)
  --messages <n>    messages a user sends a day (40)
  --peak <x>        the busiest second over the mean one (4)
  --deliveries <n>  sockets that hear a message (4)
  --kept <days>     how long messages are kept (365)
  --cores <n>       processors of a machine (32)
  --memory <GB>     its memory (128)
  --disk <TB>       its disk (8)
  --sockets <n>     sockets of a process, of which there is one a core (5000)`;

const measured = z.object({ value: z.number().positive(), from: z.string() });
const costsSchema = z.object({
  nodeMicrosPerMessage: measured,
  databaseMicrosPerMessage: measured,
  nodeMicrosPerDelivery: measured,
  nodeMicrosPerCatchUp: measured,
  databaseMicrosPerCatchUp: measured,
  redisMicrosPerHint: measured,
  nodeBytesPerSocket: measured,
  databaseBytesPerMessage: measured,
  walBytesPerMessage: measured,
});

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  try {
    const { values } = parseArgs({ args, options: optionsOf() });
    if (values.help) {
      console.log(usage);
      return 0;
    }
    const costs = await readCosts(String(values.costs));
    for (const users of String(values.users).split(",").map(Number)) console.log(render(users, values, costs));
    return 0;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
}

function optionsOf() {
  const text = (fallback: string) => ({ type: "string", default: fallback }) as const;
  return {
    help: { type: "boolean", default: false },
    users: text("10000000,1000000000"),
    costs: text(new URL("../../../docs/reports/scaling-costs.json", import.meta.url).pathname),
    connected: text("0.2"),
    messages: text("40"),
    peak: text("4"),
    deliveries: text("4"),
    kept: text("365"),
    cores: text("32"),
    memory: text("128"),
    disk: text("8"),
    sockets: text("5000"),
  } as const;
}

async function readCosts(file: string): Promise<Costs> {
  const entries = Object.entries(costsSchema.parse(JSON.parse(await readFile(file, "utf8"))));
  return Object.fromEntries(entries.map(([name, { value }]) => [name, value])) as Costs;
}

function render(users: number, values: Record<string, unknown>, costs: Costs): string {
  const number = (name: string): number => {
    const value = Number(values[name]);
    if (!(value > 0)) throw new Error(`--${name} needs a number above zero`);
    return value;
  };
  if (!(users > 0)) throw new Error("--users needs numbers above zero");
  const people: People = {
    users,
    connectedShare: number("connected"),
    devicesPerUser: 1.5,
    messagesPerUserAndDay: number("messages"),
    peakFactor: number("peak"),
    deliveriesPerMessage: number("deliveries"),
    remoteShare: 0.95,
    reconnectsPerHour: 2,
    keptDays: number("kept"),
  };
  const machine: Machine = {
    cores: number("cores"),
    memoryBytes: number("memory") * 1e9,
    diskBytes: number("disk") * 1e12,
    socketsPerCore: number("sockets"),
    usable: 0.5,
  };
  const plan = planFor(people, costs, machine);
  const count = (value: number): string => Math.round(value).toLocaleString("en");
  const need = ({ machines, limit }: Need): string => `${count(machines)} (by ${limit})`;
  return [
    `${count(users)} users`,
    `  at the peak        ${count(plan.peakMessagesPerSecond)} messages, ${count(plan.peakDeliveriesPerSecond)} deliveries a second`,
    `  sockets            ${count(plan.sockets)}`,
    `  machines of nodes  ${need(plan.nodes)}`,
    `  PostgreSQL         ${need(plan.databases)}, each with one copy`,
    `  Redis              ${count(plan.redis.machines)} cores`,
    `  kept               ${(plan.databaseBytes / 1e12).toFixed(1)} TB; ${(plan.walBytesPerSecond / 1e6).toFixed(0)} MB of log a second`,
    "",
  ].join("\n");
}
