/** The caller's folders: all at once, since their order is theirs too. */
import type { Folder } from "@pipit/protocol/models/account";
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { changeSettings, readSettings } from "../presence/presence-access.ts";

export const listFolders: Handler<"folders.list"> = async (ctx) => (await readSettings(ctx.db, ctx.actor)).folders;

/** The rooms in them need not be the caller's: one that they left may come back. @throws {AppError} `invalid_request` */
export const setFolders: Handler<"folders.set"> = async (ctx, input) => {
  requireUnique(input.folders);
  const { folders, account_change } = await changeSettings(ctx, () => ({ folders: input.folders }));
  return { folders, account_change };
};

function requireUnique(folders: readonly Folder[]): void {
  const ids = folders.map((folder) => folder.id);
  const at = ids.findIndex((id, index) => ids.indexOf(id) !== index);
  if (at < 0) return;
  throw new AppError("invalid_request", {
    details: [{ path: `folders.${at}.id`, message: "another folder has this id" }],
  });
}
