/** Shows a token at both doors, and tells what each said. */
import { sendRest } from "./bad-doors.ts";
import { checkFailure } from "./check-reply.ts";
import { openRawSocket } from "./raw-socket.ts";

export type Verdict = { code: string; id?: string };

/** @returns `ok` and the user's id, or the code of the refusal, at the REST door */
export async function showAtRest(url: string, token: string): Promise<Verdict> {
  const { reply, status } = await sendRest(url, token, "GET", "/users/me", undefined);
  if (status === 200) return { code: "ok", id: (reply as { data: { id: string } }).data.id };
  return { code: checkFailure(reply, token.slice(0, 80), status) };
}

/** The same at the socket door, which says no id. */
export async function showAtSocket(url: string, token: string): Promise<Verdict> {
  const raw = await openRawSocket(url);
  raw.send(`40${JSON.stringify({ token })}`);
  const answer = await Promise.race([
    raw.hears("40{").then(() => ({ code: "ok" })),
    raw.hears("44").then((frame) => ({ code: String(JSON.parse(frame).data.code) })),
  ]);
  raw.close();
  return answer;
}
