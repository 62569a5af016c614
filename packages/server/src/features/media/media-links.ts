/** The addresses of media. */
import { restPrefix } from "@pipit/protocol/documents/open-api-operation";
import { z } from "zod";
import { seal, unseal } from "../../sealed-token.ts";
import { fromFileUrl } from "./media-keys.ts";

type Viewer = { tenantId: string; userId: string };

/** Who an address was made for, and the message that carries its medium, if they opened that for their one look. */
export type LinkViewer = Viewer & { opened?: { roomId: string; sequence: number } };

/**
 * What a signed address says: the medium, and who it was made for. One for nobody in particular, which a third party
 * fetches, opens pictures made of the medium, never the original.
 */
type Signed = { uploadId: string; viewer: LinkViewer | undefined };

/** A medium as far as its addresses go: it has a thumbnail if the server could make a picture of it. */
type Linked = { id: string; thumbhash: string | null };

export type MediaLinks = {
  /** Where it is downloaded with a member's token: the same for everyone, and for ever. */
  file(id: string): string;
  /** A thumbnail of the usual size. Made by Cloudflare, it is good for a while only. */
  thumbnail(medium: Linked): string | undefined;
  /** Both without a token, on behalf of a viewer, whose right to see it is looked at again at each request. */
  signed(medium: Linked, viewer: Viewer): { file: string; thumbnail: string | undefined; until: Date };
  /** The file without a token, for the one look of a viewer who has opened a message. */
  opened(id: string, viewer: Required<LinkViewer>, until: Date): string;
  /** What a signature says, or undefined if it is forged, expired, or of another medium. */
  open(uploadId: string, signature: string): Signed | undefined;
  /** The medium that an address of a file leads to. */
  find(url: string): string | undefined;
};

type LinkOptions = {
  /** The address that clients reach the server by, without a slash at its end; empty while it is not known. */
  origin(): string;
  secret: string;
  now(): Date;
  signedSeconds: number;
  cloudflare: boolean;
};

const thumbnailQuery = "width=320&height=320&fit=contain&format=webp";
const cloudflareOptions = "width=320,height=320,fit=scale-down,format=auto";
const periodMs = 300_000;

const facts = z.object({
  id: z.string(),
  tenant: z.string().optional(),
  user: z.string().optional(),
  room: z.string().optional(),
  sequence: z.number().optional(),
  until: z.number(),
});

export function createMediaLinks(options: LinkOptions): MediaLinks {
  const file = (id: string): string => `${options.origin()}${restPrefix}/media/${id}/file`;
  const sign = (id: string, viewer: LinkViewer | undefined, until: Date): string =>
    seal(options.secret, {
      id,
      ...(viewer ? { tenant: viewer.tenantId, user: viewer.userId } : {}),
      ...(viewer?.opened ? { room: viewer.opened.roomId, sequence: viewer.opened.sequence } : {}),
      until: until.getTime(),
    });
  const hasThumbnail = (medium: Linked): boolean => medium.thumbhash !== null;

  function cloudflareThumbnail(medium: Linked): string {
    const signature = sign(medium.id, undefined, toRoundExpiry(options));
    const source = `${restPrefix}/media/${medium.id}/file?width=1280&format=jpeg&signed=${signature}`;
    return `${options.origin()}/cdn-cgi/image/${cloudflareOptions}${source}`;
  }

  function thumbnail(medium: Linked): string | undefined {
    if (!hasThumbnail(medium)) return undefined;
    return options.cloudflare ? cloudflareThumbnail(medium) : `${file(medium.id)}?${thumbnailQuery}`;
  }

  return {
    file,
    thumbnail,
    signed(medium, viewer) {
      const until = new Date(options.now().getTime() + options.signedSeconds * 1000);
      const signature = sign(medium.id, viewer, until);
      const plain = thumbnail(medium);
      const signed = plain === undefined || options.cloudflare ? plain : `${plain}&signed=${signature}`;
      return { file: `${file(medium.id)}?signed=${signature}`, thumbnail: signed, until };
    },
    opened: (id, viewer, until) => `${file(id)}?signed=${sign(id, viewer, until)}`,
    open(uploadId, signature) {
      const parsed = facts.safeParse(unseal(options.secret, signature));
      if (!parsed.success || parsed.data.id !== uploadId) return undefined;
      if (parsed.data.until <= options.now().getTime()) return undefined;
      return { uploadId, viewer: toViewer(parsed.data) };
    },
    find: fromFileUrl,
  };
}

function toViewer({ tenant, user, room, sequence }: z.infer<typeof facts>): LinkViewer | undefined {
  if (tenant === undefined || user === undefined) return undefined;
  const opened = room === undefined || sequence === undefined ? {} : { opened: { roomId: room, sequence } };
  return { tenantId: tenant, userId: user, ...opened };
}

// The end of the period after this one: all addresses of a period are the same, so that a cache in between can be of use.
// Nobody's right is looked at when such an address is used, so it is good for as short as it can be.
function toRoundExpiry({ now }: LinkOptions): Date {
  return new Date((Math.floor(now().getTime() / periodMs) + 2) * periodMs);
}
