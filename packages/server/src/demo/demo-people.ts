/** The people of the demo: a school, its teachers, pupils and parents. */
import type { UserRole } from "@pipit/protocol/models/user";
import type { Look } from "./draw-portrait.ts";

export type DemoPerson = { id: string; name: string; role: UserRole; status: string; look: Look };

const skins = { a: "#f6d7c0", b: "#e8b68f", c: "#c98d62", d: "#9a6240", e: "#6f4428" };
const hairs = {
  black: "#1f1b1a",
  brown: "#5b3a22",
  blond: "#d9ab5a",
  red: "#a8492b",
  grey: "#b9b6b2",
  white: "#ece9e4",
};

function person(
  id: string,
  name: string,
  status: string,
  look: [keyof typeof skins, keyof typeof hairs, Look["style"], ("glasses" | "beard")?],
  role: UserRole = "user",
): DemoPerson {
  const [skin, hair, style, extra] = look;
  return { id, name, role, status, look: { skin: skins[skin], hair: hairs[hair], style, extra } };
}

export const demoPeople: readonly DemoPerson[] = [
  person(
    "amara",
    "Amara Okafor",
    "Head of school. My door is open until 16:00.",
    ["e", "black", "bun", "glasses"],
    "admin",
  ),
  person("jonas", "Jonas Weber", "Physik ist überall ⚛️", ["a", "brown", "short", "beard"], "moderator"),
  person("priya", "Priya Sharma", "Show your working.", ["c", "black", "long", "glasses"], "moderator"),
  person("omar", "Omar Haddad", "Warm up first 🏃", ["c", "black", "short", "beard"], "moderator"),
  person("samuel", "Samuel Adeyemi", "Choir, band, coffee. In this order.", ["e", "black", "shaved", "beard"]),
  person("kenji", "Kenji Tanaka", "Building robots 🤖", ["b", "black", "short", "glasses"]),
  person("nisha", "Nisha Verma", "पुस्तकालय में 📚", ["d", "black", "long"]),
  person("grace", "Grace Mbeki", "In class, back at noon", ["e", "black", "curly"]),
  person("hannah", "Hannah Schmidt", "Nur Nachrichten, bitte nicht anrufen", ["a", "blond", "bob", "glasses"]),
  person("ravi", "Ravi Kumar", "Nets on Saturday 🏏", ["d", "black", "short"]),
  person("layla", "Layla Mansour", "الحمد لله", ["b", "brown", "scarf"]),
  person("fatima", "Fatima Zahra El Idrissi", "Available", ["c", "black", "scarf", "glasses"]),
  person("sofia", "Sofia Rossi", "Mamma di due 🍋", ["b", "brown", "long"]),
  person("daniel", "Daniel Cohen", "At work, answering slowly", ["a", "grey", "short", "glasses"]),
  person("mei", "Mei Chen", "Running on tea", ["a", "black", "bob"]),
  person("lucas", "Lucas Silva", "Futebol ⚽", ["c", "brown", "curly"]),
  person("mateo", "Mateo García", "¡Buenas!", ["b", "black", "curly", "beard"]),
  person("emma", "Emma Johansson", "Out in the woods 🌲", ["a", "blond", "long"]),
  person("noah", "Noah Williams", "10B", ["d", "black", "curly"]),
  person("lena", "Lena Fischer", "Bin in der Schule 🎒", ["a", "red", "long"]),
  person("arjun", "Arjun Patel", "पढ़ाई चालू है", ["c", "black", "turban", "beard"]),
  person("zoe", "Zoe Papadopoulos", "Practising 🎻", ["b", "brown", "bun"]),
  person("yusuf", "Yusuf Demir", "Hey there! I am using Pipit.", ["b", "brown", "short"]),
  person("chloe", "Chloé Dubois", "Ne pas déranger 🌙", ["a", "brown", "bob"]),
];
