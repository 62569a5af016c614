/** The addresses of media. */
import { restPrefix } from "@pipit/protocol/documents/open-api-operation";
import { z } from "zod";
import { seal, unseal } from "../../sealed-token.ts";

type Viewer = { tenantId: string; userId: string };

/**
 * What a signed address says: the medium, and who it was made for. One for nobody in particular, which a third party
 * fetches, opens pictures made of the medium, never the original.
 */
type Signed = { uploadId: string; viewer: Viewer | undefined };

/** A medium as far as its addresses go: it has a thumbnail if the server could make a picture of it. */
type Linked = { id: string; thumbhash: string | null };

export type MediaLinks = {
  /** Where it is downloaded with a member's token: the same for everyone, and for ever. */
  file(id: string): string;
  /** A thumbnail of the usual size. Made by Cloudflare, it is good for a while only. */
  thumbnail(medium: Linked): string | undefined;
  /** Both without a token, on behalf of a viewer, whose right to see it is looked at again at each request. */
  signed(medium: Linked, viewer: Viewer): { file: string; thumbnail: string | undefined; until: Date };
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
const anyOrigin = "http://localhost";
const filePath = /\/media\/([0-9a-f-]{36})\/file$/;

const facts = z.object({
  id: z.string(),
  tenant: z.string().optional(),
  user: z.string().optional(),
  until: z.number(),
});

export function createMediaLinks(options: LinkOptions): MediaLinks {
  const file = (id: string): string => `${options.origin()}${restPrefix}/media/${id}/file`;
  const sign = (id: string, viewer: Viewer | undefined, until: Date): string =>
    seal(options.secret, {
      id,
      ...(viewer ? { tenant: viewer.tenantId, user: viewer.userId } : {}),
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
    open(uploadId, signature) {
      const parsed = facts.safeParse(unseal(options.secret, signature));
      if (!parsed.success || parsed.data.id !== uploadId) return undefined;
      const { tenant, user, until } = parsed.data;
      if (until <= options.now().getTime()) return undefined;
      const viewer = tenant === undefined || user === undefined ? undefined : { tenantId: tenant, userId: user };
      return { uploadId, viewer };
    },
    find: (url) => (URL.canParse(url, anyOrigin) ? filePath.exec(new URL(url, anyOrigin).pathname)?.[1] : undefined),
  };
}

// The end of the period after this one: all addresses of a period are the same, so that a cache in between can be of use.
// Nobody's right is looked at when such an address is used, so it is good for as short as it can be.
function toRoundExpiry({ now }: LinkOptions): Date {
  return new Date((Math.floor(now().getTime() / periodMs) + 2) * periodMs);
}
