/** A user with both doors open: REST always, the socket while it lasts. */
import { jwtSecret } from "../processes/pipit-server.ts";
import { signToken } from "../token.ts";
import { LightSocket } from "./light-socket.ts";
import { RestClient } from "./rest-client.ts";

export type ChatUser = { userId: string; rest: RestClient; socket: LightSocket };

/** Connects a user; who is new to the server becomes known to it by that. */
export async function connectUser(url: string, userId: string): Promise<ChatUser> {
  const token = signToken(jwtSecret, { userId });
  return { userId, rest: new RestClient(url, token), socket: await LightSocket.connect({ url, auth: { token } }) };
}

/** Makes a group of users, by its first member. Gives its id. */
export async function createGroup(owner: ChatUser, name: string, memberIds: readonly string[]): Promise<string> {
  const members = memberIds.filter((userId) => userId !== owner.userId);
  const room = await owner.rest.call("POST", "/rooms", { type: "group", name, member_ids: members });
  return (room as { id: string }).id;
}
