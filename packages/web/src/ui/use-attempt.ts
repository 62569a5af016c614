/** Something that a person does, which may fail: then they are told. */
import { PipitError } from "@pipit/client";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { useToast } from "./toasts.tsx";

/** `attempt` resolves with what came of it; undefined if it failed, and the person knows why. */
export function useAttempt(): {
  attempt<Value>(work: () => Promise<Value>): Promise<Value | undefined>;
  isBusy: boolean;
} {
  const toast = useToast();
  const say = useErrorText();
  const [running, setRunning] = useState(0);
  const attempt = useCallback(
    async <Value>(work: () => Promise<Value>): Promise<Value | undefined> => {
      setRunning((before) => before + 1);
      try {
        return await work();
      } catch (error) {
        toast({ text: say(error), isError: true });
        return undefined;
      } finally {
        setRunning((before) => before - 1);
      }
    },
    [toast, say],
  );
  return { attempt, isBusy: running > 0 };
}

/** What went wrong, in words for people. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation("ui");
  return useCallback(
    (error: unknown) => {
      if (!(error instanceof PipitError)) return t("errors.internal");
      const texts = t("errors", { returnObjects: true }) as Record<string, string>;
      return texts[error.code] ?? t("errors.internal");
    },
    [t],
  );
}
