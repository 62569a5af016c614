/** Switching notifications on and off, for people. */
import type { PipitClient } from "@pipit/client";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { loadClientConfig } from "../session/client-config.ts";
import { useToast } from "../ui/toasts.tsx";
import { useLoad } from "../ui/use-load.ts";
import { findPushState, type PushState, turnPushOff, turnPushOn } from "./push.ts";

export type PushSwitch = {
  /** Undefined until it is known. */
  state: PushState | undefined;
  /** Whether the server sends any. */
  isPossible: boolean;
  isBusy: boolean;
  turnOn(): Promise<void>;
  turnOff(): Promise<void>;
};

export function usePushSwitch(client: PipitClient, userId: string): PushSwitch {
  const { t } = useTranslation("settings");
  const toast = useToast();
  const { value: config } = useLoad(loadClientConfig);
  const ask = useCallback(() => findPushState(userId), [userId]);
  const { value: state, setValue } = useLoad(ask);
  const [isBusy, setBusy] = useState(false);
  const key = config?.push_public_key ?? undefined;
  const change = async (work: () => Promise<PushState>): Promise<void> => {
    setBusy(true);
    try {
      const now = await work();
      setValue(() => now);
      if (now === "blocked") toast({ text: t("notifications.denied"), isError: true });
    } catch (error) {
      console.error(error);
      toast({ text: t("notifications.failed"), isError: true });
    } finally {
      setBusy(false);
    }
  };
  return {
    state,
    isPossible: key !== undefined,
    isBusy,
    async turnOn() {
      if (key !== undefined) await change(() => turnPushOn(client, userId, key));
    },
    turnOff: () =>
      change(async () => {
        await turnPushOff(userId, client);
        return "off";
      }),
  };
}
