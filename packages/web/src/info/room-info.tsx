/** A room as a whole: whose it is, what is in it, how it is set, and how one ends it. */
import type { Room } from "@pipit/protocol/models/room";
import { type ReactNode, useState } from "react";
import { RoomDialogs } from "../conversation/room-dialogs.tsx";
import type { RoomQuestion } from "../conversation/use-room-menu.ts";
import { useRoomTitle } from "../rooms/room-title.ts";
import { DirectHead } from "./direct-head.tsx";
import { GroupHead } from "./group-head.tsx";
import { GroupRows } from "./group-rows.tsx";
import { MembersSection } from "./members-section.tsx";
import { RoomContents } from "./room-contents.tsx";
import { RoomEnd } from "./room-end.tsx";
import { RoomWays } from "./room-ways.tsx";

export function RoomInfo({ room }: { room: Room }): ReactNode {
  const [question, setQuestion] = useState<RoomQuestion>();
  const { title, peerId } = useRoomTitle(room);
  const isDirect = room.type === "direct";
  return (
    <div className="min-h-0 flex-1 overflow-y-auto pb-6">
      {isDirect ? <DirectHead room={room} /> : <GroupHead room={room} />}
      <RoomContents room={room} />
      <RoomWays room={room} onAsk={setQuestion} />
      {!isDirect && <GroupRows room={room} />}
      {!isDirect && <MembersSection room={room} />}
      <RoomEnd room={room} title={title} peerId={peerId} onAsk={setQuestion} />
      <RoomDialogs
        room={room}
        title={title}
        peerId={peerId}
        question={question}
        onClose={() => setQuestion(undefined)}
      />
    </div>
  );
}
