/** The parts of the settings, as addresses name them. */

const sectionNames = [
  "profile",
  "notifications",
  "privacy",
  "blocked",
  "chats",
  "folders",
  "devices",
  "storage",
  "shortcuts",
  "about",
] as const;
export type SectionName = (typeof sectionNames)[number];

/** Undefined for what names none. */
export function findSectionName(name: string | undefined): SectionName | undefined {
  return sectionNames.find((one) => one === name);
}
