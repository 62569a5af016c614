/** The first members of a room, and the ways in for others. */
import type { Room } from "@pipit/protocol/models/room";
import { Link, Search, UserPlus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { RowSkeletons } from "../ui/spinner.tsx";
import { AddMembersDialog } from "./add-members-dialog.tsx";
import { InfoRow, InfoRows } from "./info-row.tsx";
import { MemberDialog } from "./member-dialog.tsx";
import { MemberRow } from "./member-row.tsx";
import { canAdd } from "./room-rights.ts";
import { useMemberDeeds } from "./use-member-deeds.ts";
import { useSortedMembers } from "./use-sorted-members.ts";

const few = 10;

export function MembersSection({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("info");
  const go = useGo();
  const members = useSortedMembers(room.id);
  const deeds = useMemberDeeds(room);
  const count = members.length || room.member_count;
  const search = (
    <IconButton label={t("members.search")} onClick={() => go.panel("members")}>
      <Search />
    </IconButton>
  );
  return (
    <InfoRows title={t("members.count", { count })} action={search}>
      {canAdd(room) && <WaysIn room={room} />}
      {members.length === 0 && <RowSkeletons count={3} />}
      <ul aria-label={t("title.members")}>
        {members.slice(0, few).map((member) => (
          <li key={member.user_id}>
            <MemberRow member={member} deeds={deeds} />
          </li>
        ))}
      </ul>
      {count > few && (
        <Button look="quiet" className="mt-1 w-full" onClick={() => go.panel("members")}>
          {t("members.all", { count })}
        </Button>
      )}
      <MemberDialog room={room} deeds={deeds} />
    </InfoRows>
  );
}

function WaysIn({ room }: { room: Room }): ReactNode {
  const { t } = useTranslation("info");
  const go = useGo();
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <InfoRow icon={UserPlus} label={t("add.title")} onClick={() => setAdding(true)} />
      <InfoRow icon={Link} label={t("title.invite")} isDoor onClick={() => go.panel("invite")} />
      {isAdding && <AddMembersDialog room={room} onClose={() => setAdding(false)} />}
    </>
  );
}
