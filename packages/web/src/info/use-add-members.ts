/** Adds people to a room; those who don't let themselves be added can be invited. */
import { PipitError } from "@pipit/client";
import type { Room } from "@pipit/protocol/models/room";
import { useClient } from "@pipit/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Person } from "../people/use-people-search.ts";
import { useToast } from "../ui/toasts.tsx";
import { useAttempt } from "../ui/use-attempt.ts";

export type AddMembers = {
  /** @returns whether nothing is left to be done or decided */
  add(people: readonly Person[]): Promise<boolean>;
  /** Those who can only be invited. */
  unaddable: readonly Person[];
  invite(): Promise<boolean>;
  isBusy: boolean;
};

export function useAddMembers(room: Room): AddMembers {
  const { t } = useTranslation("info");
  const { api } = useClient();
  const toast = useToast();
  const { attempt, isBusy } = useAttempt();
  const [unaddable, setUnaddable] = useState<readonly Person[]>([]);
  const add = async (people: readonly Person[]): Promise<boolean> => {
    const refused: Person[] = [];
    let added = 0;
    // One after the other: a full room refuses the rest, of whom the person is told once.
    const isDone = await attempt(async () => {
      for (const person of people) {
        if (await addOne(() => api.members.add({ room_id: room.id, user_id: person.id }))) added += 1;
        else refused.push(person);
      }
      return true;
    });
    if (added > 0) toast({ text: t("add.done", { count: added }) });
    setUnaddable(refused);
    return isDone === true && refused.length === 0;
  };
  const invite = async (): Promise<boolean> => {
    const isDone = await attempt(async () => {
      for (const { id } of unaddable) await api.invitations.create({ room_id: room.id, user_id: id });
      return true;
    });
    if (isDone) toast({ text: t("add.invited", { count: unaddable.length }) });
    return isDone === true;
  };
  return { add, unaddable, invite, isBusy };
}

/** @returns false for one who does not let themselves be added (docs/spec.md J11) */
async function addOne(add: () => Promise<unknown>): Promise<boolean> {
  try {
    await add();
    return true;
  } catch (error) {
    if (isPrivacy(error)) return false;
    throw error;
  }
}

function isPrivacy(error: unknown): boolean {
  if (!(error instanceof PipitError) || error.code !== "forbidden") return false;
  return (error.details as { reason?: unknown } | undefined)?.reason === "privacy";
}
