/** Has people of the demo answer in direct chats, after a while in which they type: a visitor is not alone in it. */
import type { Services } from "../context.ts";
import type { DoneOperation } from "../doors/run-operation.ts";
import { act, demoTenant } from "./act.ts";
import { demoPeople } from "./demo-people.ts";
import { createDemoRandom } from "./demo-random.ts";

type Sent = { room_id: string; sender_id: string; sequence_number: number; content: string; duplicate: boolean };

/** Waits so many seconds. */
export type Pause = (seconds: number) => Promise<void>;

const answers: Record<"hi" | "ar" | "en", readonly string[]> = {
  hi: ["बहुत बढ़िया! 😊", "ठीक है, मैं देखता हूँ", "कल बात करते हैं 🙏", "हाँ, ज़रूर"],
  ar: ["ممتاز 👍", "إن شاء الله 🌸", "سأعود إليك بعد قليل", "شكرًا جزيلًا 🙏"],
  en: [
    "Sounds good!",
    "Let me check, and I'll come back to you",
    "Haha, true 😄",
    "Thank you! 🙏",
    "Good question. I'll ask around",
    "Can we talk about it at lunch?",
    "On my way ☕",
    "👍",
  ],
};

/**
 * To be told of each operation that succeeded.
 * @returns answers a message, if it calls for an answer
 */
export function createAnswers(services: Services, pause: Pause): (done: DoneOperation) => void {
  const random = createDemoRandom("answers");
  const answering = new Set<string>();
  const answer = async (sent: Sent): Promise<void> => {
    const peerId = await findPeer(services, sent);
    if (peerId === undefined || answering.has(sent.room_id)) return;
    answering.add(sent.room_id);
    try {
      const text = random.pick(answers[languageOf(sent.content)]);
      await type(services, pause, { peerId, sent, text, seconds: random.between(2, 4) });
    } finally {
      answering.delete(sent.room_id);
    }
  };
  return ({ name, actor, result }) => {
    if (name !== "messages.send" || actor.tenantId !== demoTenant) return;
    const sent = result as Sent;
    if (sent.duplicate) return;
    answer(sent).catch((error: unknown) => services.log.warn({ err: error }, "nobody answered in the demo"));
  };
}

type Answer = { peerId: string; sent: Sent; text: string; seconds: number };

async function type(services: Services, pause: Pause, { peerId, sent, text, seconds }: Answer): Promise<void> {
  const typing = { room_id: sent.room_id, user_id: peerId, kind: "text" as const };
  await pause(1);
  const seen = { room_id: sent.room_id, up_to_sequence: sent.sequence_number };
  await act(services, peerId, "receipts.markSeen", seen);
  // Not only to those that are idle: who was just told of the reading is not.
  services.audiences.toRoom(sent.room_id, "user:typing", typing);
  await pause(seconds);
  services.audiences.toRoom(sent.room_id, "user:stop_typing", typing);
  await act(services, peerId, "messages.send", { room_id: sent.room_id, content: text });
}

/** Who is to answer: the other of two, if that is one of the demo's people, and nobody has entered as them. */
async function findPeer({ db, presence }: Services, sent: Sent): Promise<string | undefined> {
  const row = await db
    .selectFrom("members as m")
    .innerJoin("rooms as r", "r.id", "m.room_id")
    .select("m.user_id")
    .where("m.room_id", "=", sent.room_id)
    .where("m.user_id", "<>", sent.sender_id)
    .where("r.type", "=", "direct")
    .where("m.blocks_peer", "=", false)
    .where("m.is_request", "=", false)
    .executeTakeFirst();
  const peer = demoPeople.find(({ id }) => id === row?.user_id);
  if (!peer) return undefined;
  const online = await presence.findOnline(demoTenant, [peer.id]);
  return online.has(peer.id) ? undefined : peer.id;
}

function languageOf(text: string): keyof typeof answers {
  if (/\p{Script=Devanagari}/u.test(text)) return "hi";
  return /\p{Script=Arabic}/u.test(text) ? "ar" : "en";
}
