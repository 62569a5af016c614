/** One transaction, and what is told of it afterwards. */
import type { Context, Writer } from "../context.ts";
import type { Audiences } from "../ports/audiences/audiences.ts";

/** Notes what to tell the audiences once the transaction has committed. */
export type Announce = (tell: (audiences: Audiences) => void) => void;

/**
 * Runs `work` in a transaction and, after the commit, what it announced, in that order. A failure to tell is logged and
 * healed by sync (G4); it never undoes or fails what has committed.
 */
export async function transact<Value>(
  ctx: Pick<Context, "db" | "audiences" | "log">,
  work: (tx: Writer, announce: Announce) => Promise<Value>,
): Promise<Value> {
  const announcements: ((audiences: Audiences) => void)[] = [];
  const value = await ctx.db.transaction().execute((tx) => work(tx, (tell) => announcements.push(tell)));
  for (const tell of announcements) {
    try {
      tell(ctx.audiences);
    } catch (error) {
      ctx.log.error({ err: error }, "an event could not be published");
    }
  }
  return value;
}
