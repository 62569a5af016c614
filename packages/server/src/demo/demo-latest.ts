/** What was said last, minutes before the demo began, and is still to be read and answered. */
import type { Attachment } from "./phrase-books.ts";

export type LatestLine = {
  room: string;
  speaker: string;
  text: string;
  minutesAgo: number;
  attachment?: Attachment;
  /** Who liked it, and how. */
  reactions?: readonly { emoji: string; userId: string }[];
};

export const latestLines: readonly LatestLine[] = [
  {
    room: "cricket",
    speaker: "ravi",
    text: "@Arjun Patel @Noah Williams कल सुबह 8:30, मैदान पर मिलते हैं 🏏",
    minutesAgo: 14,
  },
  {
    room: "german",
    speaker: "hannah",
    text: "@Jonas Weber kommst du heute Abend auch zum Stammtisch?",
    minutesAgo: 12,
  },
  {
    room: "parents",
    speaker: "chloe",
    text: "Look what the children have planted by the gate",
    minutesAgo: 17,
    attachment: { kind: "photo", given: "flowers" },
    reactions: [
      { emoji: "😍", userId: "hannah" },
      { emoji: "😍", userId: "emma" },
      { emoji: "🌻", userId: "sofia" },
    ],
  },
  {
    room: "parents",
    speaker: "emma",
    text: "",
    minutesAgo: 16,
    attachment: { kind: "voice", given: "9" },
    reactions: [{ emoji: "👍", userId: "chloe" }],
  },
  {
    room: "parents",
    speaker: "sofia",
    text: "@Amara Okafor may we use the courtyard for the bake sale? 🍋",
    minutesAgo: 9,
  },
  { room: "parents", speaker: "mei", text: "We could bring our own tables", minutesAgo: 8 },
  { room: "physics", speaker: "lena", text: "@Jonas Weber is the lab open this afternoon?", minutesAgo: 6 },
  {
    room: "staff",
    speaker: "kenji",
    text: "@Amara Okafor @Jonas Weber the new projector is here. No hitting needed 🎉",
    minutesAgo: 4,
  },
  { room: "amara-jonas", speaker: "jonas", text: "Do you have five minutes before the meeting?", minutesAgo: 3 },
  { room: "priya-nisha", speaker: "nisha", text: "किताबें आ गई हैं, जब चाहो ले जाना 📚", minutesAgo: 3 },
  { room: "layla-omar", speaker: "layla", text: "هل التدريب غدًا في نفس الموعد؟", minutesAgo: 2 },
];
