/** The rooms of the demo, who is in them, and which phrase book is spoken there. */
import type { SceneKind } from "./draw-scene.ts";

export type Book =
  | "parents"
  | "physics"
  | "sports"
  | "staff"
  | "announcements"
  | "maths"
  | "music"
  | "german"
  | "cricket"
  | "robotics"
  | "direct-en"
  | "direct-de"
  | "direct-hi"
  | "direct-ar"
  | "direct-es";

export type DemoGroup = {
  key: string;
  type: "group" | "channel";
  name: string;
  description: string;
  picture: SceneKind;
  book: Book;
  /** The first is its owner; in a channel, those up to `posters` may post. */
  members: readonly string[];
  posters?: number;
};

export type DemoPair = { key: string; members: readonly [string, string]; book: Book };

const list = (members: string): string[] => members.split(" ");

function group(name: string, book: Book, picture: SceneKind, members: string, description: string): DemoGroup {
  return { key: book, type: "group", name, description, picture, book, members: list(members) };
}

export const demoGroups: readonly DemoGroup[] = [
  group(
    "Class 10B parents",
    "parents",
    "campus",
    "jonas layla sofia daniel mei emma fatima mateo hannah chloe amara",
    "Dates, forms and lifts for class 10B",
  ),
  group(
    "Physics lab",
    "physics",
    "lab",
    "jonas noah lena arjun zoe yusuf kenji lucas",
    "Data, questions and error bars",
  ),
  group(
    "Sports day",
    "sports",
    "field",
    "omar grace lucas noah mateo yusuf lena ravi emma amara",
    "Stations, teams and T-shirts",
  ),
  group(
    "Staff room",
    "staff",
    "food",
    "amara jonas priya omar samuel kenji nisha grace hannah",
    "Replaces the notice board",
  ),
  {
    ...group(
      "School announcements",
      "announcements",
      "campus",
      "amara jonas omar nisha samuel priya grace hannah kenji ravi layla fatima sofia daniel mei lucas mateo emma noah lena arjun zoe yusuf chloe",
      "What everybody should know",
    ),
    type: "channel",
    posters: 5,
  },
  group("Maths study circle", "maths", "board", "priya arjun noah lena zoe yusuf chloe", "No silly questions"),
  group("Choir and band", "music", "night", "samuel zoe grace mei sofia chloe lena", "Tuesdays and Thursdays, 16:00"),
  group("Deutsch-AG", "german", "hills", "jonas hannah lena yusuf emma mei kenji", "Hier wird Deutsch gesprochen"),
  group("Cricket club", "cricket", "field", "ravi arjun priya nisha daniel noah", "Saturdays, 9 am sharp"),
  group("Robotics team", "robotics", "chart", "kenji arjun noah mei lucas chloe", "Off the table is out"),
];

function pairs(book: Book, names: string): DemoPair[] {
  return names.split(", ").map((entry) => {
    const [one = "", other = ""] = entry.split(" ");
    return { key: `${one}-${other}`, members: [one, other], book };
  });
}

export const demoPairs: readonly DemoPair[] = [
  ...pairs(
    "direct-en",
    "amara jonas, amara priya, amara grace, amara omar, amara mei, grace samuel, kenji mei, noah zoe, noah arjun, emma daniel, sofia chloe, lucas noah, priya grace, daniel mei, zoe chloe, omar samuel",
  ),
  ...pairs("direct-de", "jonas hannah, jonas lena, amara hannah, lena yusuf, emma hannah"),
  ...pairs("direct-hi", "priya nisha, ravi arjun, amara nisha, priya arjun"),
  ...pairs("direct-ar", "layla omar, fatima layla, amara layla"),
  ...pairs("direct-es", "mateo sofia, amara mateo"),
];
