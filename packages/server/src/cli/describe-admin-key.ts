/** Says where the admin key is, without saying what it is. */
import { resolve } from "node:path";
import type { Config } from "../config.ts";

export function describeAdminKey({ adminKey, dataDir }: Config): string {
  return adminKey === undefined ? `in ${resolve(dataDir)}/secrets.json` : "PIPIT_ADMIN_KEY";
}
