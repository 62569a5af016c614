/** The kinds of jobs, and what each is told. A kind that has been released keeps its name and its fields. */
import { z } from "zod";

const ofUpload = z.object({ uploadId: z.uuid() });

const kinds = {
  /** Removes the bytes of an upload that no message shows any more. */
  "media.remove": ofUpload,
  /** Looks through an upload for what harms. */
  "media.scan": ofUpload,
  /** Tells of an upload that is not what it was to those who have messages with it. */
  "media.touch": ofUpload,
  /** Clears away what was uploaded and left; in round 0 also looks through all that is kept. Plans the next round. */
  "media.sweep": z.object({ round: z.int().optional() }),
};

export type JobKind = keyof typeof kinds;

/** By kind, the payload of its jobs. */
export type JobKinds = { [Kind in JobKind]: z.output<(typeof kinds)[Kind]> };

/** By kind, the schema that a payload is read back with: the row may be of another version of this server. */
export const jobKinds: { [Kind in JobKind]: z.ZodType<JobKinds[Kind]> } = kinds;
