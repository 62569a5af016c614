/** What goes along with a line of the demo, as the operation for sending takes it. */
import type { RawInput } from "@pipit/protocol/operations";
import { sql } from "kysely";
import { demoPeople } from "./demo-people.ts";
import type { DemoRandom } from "./demo-random.ts";
import { isSceneKind } from "./draw-scene.ts";
import type { Stage } from "./hold-talk.ts";
import { makePaper } from "./make-paper.ts";
import { makeRecording, toPeaks } from "./make-recording.ts";
import type { Attachment } from "./phrase-books.ts";
import { uploadFile } from "./upload-file.ts";

export type Attached = Pick<RawInput<"messages.send">, "upload_id" | "message_type" | "meta_data">;

type Desk = Pick<Stage, "services" | "random" | "draw">;
type Attaching = (desk: Desk, userId: string, given: string) => Promise<Attached>;

const kinds: Record<string, Attaching> = {
  photo: attachPhoto,
  voice: attachVoice,
  pdf: async ({ services }, userId, title) => ({ upload_id: await uploadFile(services, userId, toPaper(title)) }),
  contact: async ({ random }, _userId, given) => ({ meta_data: { contact: toContact(random, given) } }),
  place: async (_desk, _userId, given) => ({ meta_data: { location: toPlace(given) } }),
  poll: async (_desk, _userId, given) => {
    const [question = "", ...options] = given.split("|");
    return { meta_data: { poll: { question, options } } };
  },
};

/** @throws {Error} for a kind that is not known */
export function attach(desk: Desk, userId: string, { kind, given }: Attachment): Promise<Attached> {
  const attaching = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (attaching === undefined) throw new Error(`the demo can't attach ${kind}`);
  return attaching(desk, userId, given);
}

async function attachPhoto({ services, random, draw }: Desk, userId: string, given: string): Promise<Attached> {
  if (!isSceneKind(given)) throw new Error(`there is no picture of ${given}`);
  return { upload_id: await uploadFile(services, userId, await draw(given, random.between(0, 1_000))) };
}

async function attachVoice({ services, random }: Desk, userId: string, given: string): Promise<Attached> {
  const seconds = Number(given);
  const bytes = makeRecording(`${userId} ${random.next()}`, seconds);
  const id = await uploadFile(services, userId, { name: "voice.wav", type: "audio/wav", bytes });
  // What a machine without ffmpeg can't measure of it is known here.
  await sql`update media set duration = ${seconds}, waveform = ${JSON.stringify(toPeaks(bytes))}
    where id = ${id} and waveform is null`.execute(services.db);
  return { upload_id: id };
}

const readersLetters = /^[\x20-\x7e\xa0-\xff]+$/;
const paragraphs = [
  "This is a document of the demo. It was made when the demo was started,",
  "and nothing in it is of any importance.",
  "",
  "1.  Please read it.",
  "2.  Please sign it, if there is something to sign.",
  "3.  Please bring it back.",
];

function toPaper(title: string) {
  const bytes = makePaper(readersLetters.test(title) ? title : "Document", paragraphs);
  return { name: `${title}.pdf`, type: "application/pdf", bytes };
}

function toContact(random: DemoRandom, userId: string) {
  const person = demoPeople.find(({ id }) => id === userId);
  if (!person) throw new Error(`nobody in the demo is called ${userId}`);
  // Numbers that are kept for films and examples, and a domain for the same (RFC 2606).
  const phone = `+44 7700 900${random.between(100, 999)}`;
  return { name: person.name, phones: [phone], emails: [`${userId}@school.example`], user_id: userId };
}

function toPlace(given: string) {
  const [name, latitude, longitude, address] = given.split("|");
  return { name, latitude: Number(latitude), longitude: Number(longitude), address };
}
