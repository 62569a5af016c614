/** Pipit's operations on media, for one user. */
import type { Media } from "@pipit/protocol/models/media";
import type { Output } from "@pipit/protocol/operations";
import { RestClient } from "../wire/rest-client.ts";
import type { Content } from "./content.ts";
import type { Place } from "./transfer.ts";

type Ticket = Output<"media.requestUpload">;

export type PipitMedia = {
  /** Asks for an address to send a file to. */
  request(content: Content): Promise<Ticket>;
  /** Has what was sent there checked and kept. */
  confirm(ticket: Ticket, content: Content): Promise<Media>;
  remove(id: string): Promise<void>;
  /** Where the user fetches from, by its address. */
  at(url: string): Place;
};

export function connectMedia(url: string, token: string): PipitMedia {
  const rest = new RestClient(url, token);
  const toFields = ({ name, type, size }: Content) => ({ fileName: name, fileType: type, fileSize: size });
  return {
    request: async (content) => (await rest.call("POST", "/media/upload-url", toFields(content))) as Ticket,
    confirm: async ({ fileKey }, content) =>
      (await rest.call("POST", "/media/confirm", { fileKey, ...toFields(content) })) as Media,
    remove: async (id) => void (await rest.call("DELETE", `/media/${id}`)),
    at: (address) => ({ url: address, headers: { authorization: `Bearer ${token}` } }),
  };
}
