/** What the server's refusal of a sign-in or sign-up means, beside the fields that it is about. */
import { PipitError } from "@pipit/client";
import type { TFunction } from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "../ui/use-attempt.ts";
import type { Field, Problems } from "./account-problems.ts";

export function useFailureProblems(): (error: unknown) => Problems {
  const { t } = useTranslation("session");
  const say = useErrorText();
  return useCallback(
    (error: unknown): Problems => {
      if (!(error instanceof PipitError)) return { form: say(error) };
      if (error.code === "conflict") return { username: t("problems.taken") };
      if (error.code === "unauthenticated") return { form: t("problems.wrong") };
      if (error.code === "rate_limited") return { form: sayWait(error, t) };
      const named = error.code === "invalid_request" ? listNamed(error.details) : [];
      if (named.length === 0) return { form: say(error) };
      return Object.fromEntries(named.map((field) => [field, t(`problems.${field}`)]));
    },
    [t, say],
  );
}

function sayWait({ retryAfterMs }: PipitError, t: TFunction<"session">): string {
  if (retryAfterMs === undefined) return t("problems.tooFast");
  return t("problems.tooFastSeconds", { count: Math.ceil(retryAfterMs / 1000) });
}

function listNamed(details: unknown): Field[] {
  const paths = Array.isArray(details) ? details.map((one: { path?: unknown }) => one?.path) : [];
  return (["name", "username", "password"] as const).filter((field) => paths.includes(field));
}
