/** To how many rooms messages may be forwarded at a time. */
import type { Message } from "@pipit/protocol/models/message";
import { useClient } from "@pipit/react";
import { useCallback } from "react";
import { loadClientConfig } from "../session/client-config.ts";
import { useLoad } from "../ui/use-load.ts";

/** From here on, a message goes to one room at a time (docs/spec.md M14). */
const often = 5;

export type ForwardLimit = {
  max: number;
  /** It is one because a message has been forwarded often. */
  isOften: boolean;
};

/** What can't be learned now is left to the server to refuse. @returns undefined while it is asked for */
export function useForwardLimit(roomId: string, messageIds: readonly string[]): ForwardLimit | undefined {
  const client = useClient();
  const ids = messageIds.join(" ");
  const ask = useCallback(async (): Promise<ForwardLimit> => {
    const known = client.room(roomId).messages.getSnapshot().items;
    const find = async (id: string): Promise<Message | undefined> =>
      known.find((item) => item.id === id) ?? client.api.messages.get({ message_id: id }).catch(() => undefined);
    const [config, ...messages] = await Promise.all([loadClientConfig(), ...ids.split(" ").map(find)]);
    const isOften = messages.some((message) => message !== undefined && wasForwardedOften(message));
    return { max: isOften ? 1 : config.max_forward_targets, isOften };
  }, [client, roomId, ids]);
  const { value, error } = useLoad(ask);
  return value ?? (error ? { max: often, isOften: false } : undefined);
}

function wasForwardedOften({ meta_data, forwarded_count }: Message): boolean {
  return forwarded_count >= often || (meta_data.forward_info?.forward_chain_length ?? 0) >= often;
}
