/** Makes a room of the demo, with a picture and its members in their roles. */
import { act } from "./act.ts";
import type { DemoGroup, DemoPair } from "./demo-rooms.ts";
import type { Stage } from "./hold-talk.ts";
import { toPictureUrl, uploadFile } from "./upload-file.ts";

type Opening = Omit<Stage, "roomId">;

const minuteMs = 60_000;

/** @returns the room's id */
export async function openGroup({ services, clock, draw, random }: Opening, group: DemoGroup): Promise<string> {
  const [owner = "", ...others] = group.members;
  const picture = await uploadFile(services, owner, await draw(group.picture, random.between(0, 1_000)));
  // Who comes last was forgotten at first, as it happens.
  const late = group.type === "group" ? others.at(-1) : undefined;
  const room = await act(services, owner, "rooms.create", {
    type: group.type,
    name: group.name,
    description: group.description,
    avatar_url: toPictureUrl(services, picture),
    member_ids: others.filter((userId) => userId !== late),
  });
  clock.moveTo(new Date(clock.now().getTime() + minuteMs));
  const admins = group.members.slice(1, group.posters ?? 2);
  for (const userId of admins) {
    await act(services, owner, "members.setRole", { room_id: room.id, user_id: userId, role: "admin" });
  }
  if (late !== undefined) await act(services, owner, "members.add", { room_id: room.id, user_id: late });
  return room.id;
}

/** @returns the room's id */
export async function openPair({ services }: Opening, { members: [one, other] }: DemoPair): Promise<string> {
  return (await act(services, one, "rooms.createDirect", { user_id: other })).id;
}
