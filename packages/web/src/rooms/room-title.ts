/** How a room is called, and how it looks. */
import type { Room } from "@pipit/protocol/models/room";
import { useMemo } from "react";

export type RoomTitle = {
  title: string;
  avatarUrl: string | null;
  /** Decides the colour where there is no picture. */
  avatarId: string;
  /** The other one of a direct room. */
  peerId: string | undefined;
};

/** A direct room is called as the other member, a group as it is named. */
export function useRoomTitle(room: Room | undefined): RoomTitle {
  return useMemo(() => titleOf(room), [room]);
}

export function titleOf(room: Room | undefined): RoomTitle {
  const peer = room?.type === "direct" ? room.peer : null;
  return {
    title: peer?.name ?? room?.name ?? "",
    avatarUrl: peer ? peer.avatar_url : (room?.avatar_url ?? null),
    avatarId: peer?.id ?? room?.id ?? "",
    peerId: peer?.id,
  };
}
