/** What the system reports, in words, with names. */
import type { SystemFact } from "@pipit/protocol/models/message";
import type { TFunction } from "i18next";

type Who = { me: string; nameOf(userId: string): string };
type Words = TFunction<"conversation">;

/** @param actor the id of the one who did it */
export function systemWords(t: Words, fact: SystemFact, actor: string, { me, nameOf }: Who): string {
  const whom = fact.user_ids?.[0] ?? actor;
  const names = { actor: isolated(nameOf(actor)), user: isolated(nameOf(whom)), name: isolated(fact.name ?? "") };
  const how = actor === me ? "ByMe" : whom === me ? "Me" : "";
  switch (fact.kind) {
    case "member_added":
      return t(`system.added${how}`, names);
    case "member_removed":
      return t(`system.removed${how}`, names);
    case "member_joined":
      return t(whom === me ? "system.joinedMe" : "system.joined", names);
    case "member_left":
      return t(whom === me ? "system.leftMe" : "system.left", names);
    case "message_pinned":
      return t(actor === me ? "system.pinnedByMe" : "system.pinned", names);
    case "message_unpinned":
      return t(actor === me ? "system.unpinnedByMe" : "system.unpinned", names);
    case "role_changed":
      return t(`system.${roleOf(fact)}${whom === me ? "Me" : ""}`, names);
    case "room_updated":
      return t(`system.${changeOf(fact)}${actor === me ? "ByMe" : ""}`, names);
  }
}

/** A name that runs the other way leaves the sentence around it as it is. */
function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

function roleOf({ role }: SystemFact): "owner" | "admin" | "member" {
  return role === "owner" || role === "admin" ? role : "member";
}

const changes = {
  name: "name",
  description: "description",
  avatar_url: "picture",
  disappearing_seconds: "disappearing",
  who_can_send: "whoCanSend",
} as const;

/** One change has words of its own; several are one change of the settings. */
function changeOf({ changed = [] }: SystemFact): (typeof changes)[keyof typeof changes] | "settings" {
  const [only] = changed;
  const isKnown = changed.length === 1 && only !== undefined && Object.hasOwn(changes, only);
  return isKnown ? changes[only as keyof typeof changes] : "settings";
}
