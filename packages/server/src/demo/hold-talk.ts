/** Has people of the demo say what was planned for a room, react to it, and read it. */
import type { Services } from "../context.ts";
import { act } from "./act.ts";
import { attach } from "./attach.ts";
import type { DemoClock } from "./demo-clock.ts";
import type { DemoRandom } from "./demo-random.ts";
import type { PlannedLine, PlannedTalk } from "./plan-talks.ts";
import type { SceneBook } from "./scene-book.ts";

/** A room that is being furnished: its own clock, and the parts of the server that go by it. */
export type Stage = {
  services: Services;
  clock: DemoClock;
  random: DemoRandom;
  draw: SceneBook;
  roomId: string;
  /** Those who are in it, by id. */
  userIds: readonly string[];
};

/** A message that was sent, for others to forward. */
export type Said = { id: string; at: Date; sequence: number };

const laterMs = 20_000;

/** @returns the messages that are still there */
export async function holdTalk(stage: Stage, talk: PlannedTalk): Promise<Said[]> {
  const said: Said[] = [];
  for (const line of talk.lines) {
    stage.clock.moveTo(line.at);
    const answered = line.answers === undefined ? undefined : said[said.length - line.answers];
    const message = await say(stage, line, answered?.id);
    said.push({ id: message.id, at: line.at, sequence: message.sequence_number });
    await follow(stage, talk, line, message.id);
  }
  return said.filter((_, index) => talk.lines[index]?.isDeleted === false);
}

/** Those who are there have read all that has been said; the others have at least received it, or their phone is off. */
export async function readUpTo(stage: Stage, upTo: number, away: readonly string[]): Promise<void> {
  const { services, roomId, userIds, random, clock } = stage;
  clock.moveTo(new Date(clock.now().getTime() + laterMs));
  await Promise.all(
    userIds.map((userId) => {
      const kind = away.includes(userId) ? ("delivered" as const) : ("read" as const);
      if (kind === "delivered" && random.next() < 0.2) return undefined;
      return act(services, userId, "receipts.mark", { room_id: roomId, kind, up_to_sequence: upTo });
    }),
  );
}

async function say(stage: Stage, line: PlannedLine, replyTo: string | undefined) {
  const { speaker, attachment, former, text } = line;
  const attached = attachment ? await attach(stage, speaker, attachment) : {};
  const content = former ?? text;
  return act(stage.services, speaker, "messages.send", {
    room_id: stage.roomId,
    ...(content === "" ? {} : { content }),
    ...(replyTo === undefined ? {} : { reply_to: replyTo }),
    ...attached,
  });
}

async function follow(stage: Stage, { away }: PlannedTalk, line: PlannedLine, id: string): Promise<void> {
  const { services, clock } = stage;
  const { speaker, former, text } = line;
  clock.moveTo(new Date(line.at.getTime() + laterMs));
  if (former !== undefined) await act(services, speaker, "messages.edit", { message_id: id, content: text });
  if (line.isPinned) await act(services, speaker, "messages.pin", { message_id: id, duration: "30d" });
  if (line.attachment?.kind === "poll") await vote(stage, away, line, id);
  for (const { emoji, userId } of line.reactions) {
    await act(services, userId, "messages.react", { message_id: id, emoji });
  }
  if (line.starredBy !== undefined) await act(services, line.starredBy, "messages.addStar", { message_id: id });
  if (line.isDeleted) await act(services, speaker, "messages.delete", { message_id: id, for: "everyone" });
}

async function vote({ services, random, userIds }: Stage, away: readonly string[], line: PlannedLine, id: string) {
  const options = (line.attachment?.given.split("|").length ?? 1) - 1;
  for (const userId of userIds) {
    if (away.includes(userId) || random.next() > 0.75) continue;
    // The first is liked best.
    const option = Math.min(random.between(0, options - 1), random.between(0, options - 1));
    await act(services, userId, "polls.vote", { message_id: id, option_ids: [option] });
  }
}
