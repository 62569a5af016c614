/** What is wrong with what somebody gave to sign in or up, as far as it can be told without the server. */
import type { TFunction } from "i18next";

export type Field = "name" | "username" | "password";
export type Fields = Record<Field, string>;
/** `form`: of no field. */
export type Problems = Partial<Record<Field | "form", string | undefined>>;

// As the server has them (features/accounts/accounts-input.ts).
const usernamePattern = /^(?=.{3,32}$)[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*$/i;

/** Who signs in is not told what a good password is like. */
export function findProblems(fields: Fields, isNew: boolean, t: TFunction<"session">): Problems {
  const name = fields.name.trim();
  const username = fields.username.trim();
  const { password } = fields;
  if (!isNew) {
    return {
      ...(username === "" && { username: t("problems.noUsername") }),
      ...(password === "" && { password: t("problems.noPassword") }),
    };
  }
  return {
    ...((name === "" || [...name].length > 100) && { name: t("problems.name") }),
    ...(!usernamePattern.test(username) && { username: t("problems.username") }),
    ...((password.length < 8 || password.length > 128) && { password: t("problems.password") }),
  };
}
