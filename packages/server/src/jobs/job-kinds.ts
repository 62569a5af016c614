/** The kinds of jobs, and what each is told. A kind that has been released keeps its name and its fields. */
import { z } from "zod";

const ofUpload = z.object({ uploadId: z.uuid() });

const ofMessages = z.object({
  rooms: z.array(z.object({ room: z.uuid(), first: z.int(), last: z.int() })),
});

const ofShown = z.object({
  pairs: z.array(z.object({ roomId: z.uuid(), userId: z.string() })),
  /** Of a clear that failed so often: the one device of the one pair. */
  again: z.object({ deviceId: z.string(), failures: z.int() }).optional(),
});

const ofPush = z.object({ roomId: z.uuid(), userId: z.string(), deviceId: z.string(), failures: z.int() });

const kinds = {
  /** Removes the bytes of an upload that no message shows any more. */
  "media.remove": ofUpload,
  /** Looks through an upload for what harms. */
  "media.scan": ofUpload,
  /** Tells of an upload that is not what it was to those who have messages with it. */
  "media.touch": ofUpload,
  /** Clears away what was uploaded and left; in round 0 also looks through all that is kept. Plans the next round. */
  "media.sweep": z.object({ round: z.int().optional() }),
  /** Notifies of messages; the database itself adds it (migration 8). */
  "push.messages": ofMessages,
  /** Tries again to notify one device of what is unread in a room. */
  "push.notify": ofPush,
  /** Takes away notifications of what users have read. */
  "push.clear": ofShown,
  /** Takes away notifications that nothing else took away. Plans the next round. */
  "push.reconcile": z.object({}),
  /** Logs out devices that nobody has used for long. Plans the next round. */
  "devices.sweep": z.object({}),
  /** Ends messages that are older than they are kept. Plans the next round. */
  "messages.retain": z.object({}),
  /** Counts anew how often a message was forwarded; the append itself adds it (migration 10). */
  "messages.forwarded": z.object({ roomId: z.uuid(), sequence: z.int() }),
  /** Ends messages whose time has come, and pins. Plans the next round. */
  "messages.expire": z.object({}),
  /** Brings archived rooms back to those whom new messages concern; the database itself adds it (migration 10). */
  "rooms.unarchive": ofMessages,
};

export type JobKind = keyof typeof kinds;

/** By kind, the payload of its jobs. */
export type JobKinds = { [Kind in JobKind]: z.output<(typeof kinds)[Kind]> };

/** By kind, the schema that a payload is read back with: the row may be of another version of this server. */
export const jobKinds: { [Kind in JobKind]: z.ZodType<JobKinds[Kind]> } = kinds;
