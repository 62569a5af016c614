/** What can be done about a member of a room, by the roles of both. */
import type { Member, Room } from "@pipit/protocol/models/room";
import { useClient } from "@pipit/react";
import { Crown, MessageSquare, ShieldMinus, ShieldPlus, UserMinus } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useOpenDirect } from "../people/use-open-direct.ts";
import { useIdentity } from "../session/session.tsx";
import type { MenuEntry } from "../ui/menu.tsx";
import { useToast } from "../ui/toasts.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { canGovern, canRemove } from "./room-rights.ts";

/** What has to be asked about first. */
type MemberQuestion = { kind: "remove" | "transfer"; member: Member };

export type MemberDeeds = {
  entriesOf(member: Member): MenuEntry[];
  /** About whom something is on its way. */
  busyId: string | undefined;
  question: MemberQuestion | undefined;
  /** Does what was asked about. */
  confirm(): void;
  cancel(): void;
};

export function useMemberDeeds(room: Room): MemberDeeds {
  const { userId: me } = useIdentity();
  const [question, setQuestion] = useState<MemberQuestion>();
  const { busyId, change } = useMemberChanges(room.id);
  const write = useMemberEntries(change, setQuestion);
  return useMemo(
    () => ({
      busyId,
      question,
      entriesOf: (member) => write(room, member, me),
      cancel: () => setQuestion(undefined),
      confirm() {
        if (!question) return;
        setQuestion(undefined);
        void change(question.member, question.kind === "remove" ? "remove" : "owner");
      },
    }),
    [room, me, busyId, question, change, write],
  );
}

type Change = "remove" | Member["role"];
type ChangeMember = (member: Member, to: Change) => Promise<void>;

function useMemberChanges(roomId: string): { busyId: string | undefined; change: ChangeMember } {
  const { t } = useTranslation("info");
  const { api } = useClient();
  const { attempt } = useAttempt();
  const toast = useToast();
  const [busyId, setBusyId] = useState<string>();
  const change = useMemo<ChangeMember>(
    () => async (member, to) => {
      const { user_id, name } = member;
      setBusyId(user_id);
      const isDone = await attempt(async () => {
        if (to === "remove") await api.members.remove({ room_id: roomId, user_id });
        else await api.members.setRole({ room_id: roomId, user_id, role: to });
        return true;
      });
      setBusyId(undefined);
      if (isDone) toast({ text: t(`member.done.${to}`, { name }) });
    },
    [api, attempt, toast, roomId, t],
  );
  return { busyId, change };
}

function useMemberEntries(
  change: ChangeMember,
  ask: (question: MemberQuestion) => void,
): (room: Room, member: Member, me: string) => MenuEntry[] {
  const { t } = useTranslation("info");
  const { openDirect } = useOpenDirect();
  return useMemo(
    () => (room, member, me) => {
      if (member.user_id === me) return [];
      const turn = (role: "admin" | "member") => () => void change(member, role);
      const all: (MenuEntry | false)[] = [
        { label: t("member.message"), icon: MessageSquare, onSelect: () => void openDirect(member.user_id) },
        canGovern(room) &&
          member.role === "member" && { label: t("member.promote"), icon: ShieldPlus, onSelect: turn("admin") },
        canGovern(room) &&
          member.role === "admin" && { label: t("member.demote"), icon: ShieldMinus, onSelect: turn("member") },
        room.role === "owner" && {
          label: t("member.transfer"),
          icon: Crown,
          onSelect: () => ask({ kind: "transfer", member }),
        },
        canRemove(room, member, me) && {
          label: t("member.remove"),
          icon: UserMinus,
          isDangerous: true,
          onSelect: () => ask({ kind: "remove", member }),
        },
      ];
      return all.filter((entry) => entry !== false);
    },
    [change, ask, openDirect, t],
  );
}
