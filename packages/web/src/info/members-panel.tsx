/** All members of a room, found by their names. */
import type { Member, Room } from "@pipit/protocol/models/room";
import { UserX } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { VList } from "virtua";
import { EmptyState } from "../ui/notices.tsx";
import { RowSkeletons } from "../ui/spinner.tsx";
import { SearchField } from "../ui/text-field.tsx";
import { MemberDialog } from "./member-dialog.tsx";
import { MemberRow } from "./member-row.tsx";
import { useMemberDeeds } from "./use-member-deeds.ts";
import { useSortedMembers } from "./use-sorted-members.ts";

export function MembersPanel({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("info");
  const members = useSortedMembers(room.id);
  const deeds = useMemberDeeds(room);
  const [text, setText] = useState("");
  const shown = useMemo(() => find(members, text), [members, text]);
  return (
    <>
      <SearchField label={t("members.search")} value={text} onChange={setText} className="mx-4 mb-1" />
      <p role="status" className="px-5 py-2 text-sm text-muted">
        {t("members.count", { count: text.trim() === "" ? members.length || room.member_count : shown.length })}
      </p>
      {members.length === 0 ? (
        <RowSkeletons />
      ) : shown.length === 0 ? (
        <EmptyState icon={UserX} title={t("members.none")} />
      ) : (
        <div role="list" aria-label={t("title.members")} className="min-h-0 flex-1 px-2">
          <VList className="h-full">
            {shown.map((member) => (
              <div role="listitem" key={member.user_id}>
                <MemberRow member={member} deeds={deeds} />
              </div>
            ))}
          </VList>
        </div>
      )}
      <MemberDialog room={room} deeds={deeds} />
    </>
  );
}

function find(members: readonly Member[], text: string): readonly Member[] {
  const wanted = fold(text.trim());
  return wanted === "" ? members : members.filter(({ name }) => fold(name).includes(wanted));
}

/** Without accents and case. */
function fold(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLocaleLowerCase();
}
