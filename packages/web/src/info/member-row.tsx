/** A member: who, in which role; pressed, it shows what can be done about them. */
import type { Member } from "@pipit/protocol/models/room";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { PersonRow } from "../people/person-row.tsx";
import { useIdentity } from "../session/session.tsx";
import { Menu } from "../ui/menu.tsx";
import { Spinner } from "../ui/spinner.tsx";
import type { MemberDeeds } from "./use-member-deeds.ts";

type MemberRowProps = { member: Member; deeds: MemberDeeds };

export const MemberRow = memo(function MemberRow({ member, deeds }: MemberRowProps): ReactNode {
  const { t } = useTranslation("info");
  const { userId } = useIdentity();
  const note = member.user_id === userId ? t("you") : undefined;
  const person = { id: member.user_id, name: member.name, avatar_url: member.avatar_url };
  const row = (
    <PersonRow person={person} note={note}>
      {deeds.busyId === member.user_id && <Spinner />}
      {member.role !== "member" && (
        <span className="shrink-0 rounded-full bg-accent-soft px-2.5 py-0.5 text-xs font-medium text-accent">
          {t(`role.${member.role}`)}
        </span>
      )}
    </PersonRow>
  );
  const entries = deeds.entriesOf(member);
  if (entries.length === 0) return row;
  return (
    <Menu entries={entries}>
      <button
        type="button"
        className="block w-full rounded-2xl hover:bg-hover focus-visible:-outline-offset-2 data-[state=open]:bg-hover"
      >
        {row}
      </button>
    </Menu>
  );
});
