/** The code that is in a link to a room, or stands alone. */

const form = /^[A-Za-z0-9_-]{6,64}$/;

/** Undefined if there is none in it. */
export function toInviteCode(text: string): string | undefined {
  const last = text.trim().split(/[?#]/)[0]?.replace(/\/+$/, "").split("/").at(-1) ?? "";
  return form.test(last) ? last : undefined;
}
