/** The user's settings. */
import type { AccountSettings } from "@pipit/protocol/models/account";
import type { DeviceState } from "./device-state.ts";

const defaultSettings: AccountSettings = {
  status_message: null,
  privacy: { last_seen: "everyone", online: "everyone", status_message: "everyone" },
  account_change: 0,
};

/** The server tells settings once they have been set. */
export function findSettings({ settings, cursor }: DeviceState): AccountSettings | undefined {
  return settings ?? (cursor === undefined ? undefined : defaultSettings);
}
