/** What is said of a name, a username and a password before the server is asked. */
import { expect, it } from "vitest";
import { findProblems } from "./account-problems.ts";

const t = ((key: string) => key) as unknown as Parameters<typeof findProblems>[2];
const good = { name: "Ada", username: "ada.lovelace", password: "12345678" };

it("takes what the server would take", () => {
  for (const username of ["ada", "ADA_1", "a-b.c", " ada ", "0".repeat(32)]) {
    expect(findProblems({ ...good, username }, true, t), username).toEqual({});
  }
});

it("names the field that the server would refuse", () => {
  for (const username of ["", "ab", "a..b", ".ada", "ada.", "_ada", "adä", "a b", "0".repeat(33)]) {
    expect(findProblems({ ...good, username }, true, t), username).toEqual({ username: "problems.username" });
  }
  expect(findProblems({ ...good, name: "  " }, true, t)).toEqual({ name: "problems.name" });
  expect(findProblems({ ...good, password: "1234567" }, true, t)).toEqual({ password: "problems.password" });
});

it("tells whoever signs in only what is missing", () => {
  expect(findProblems({ name: "", username: "a", password: "1" }, false, t)).toEqual({});
  expect(findProblems({ name: "", username: " ", password: "" }, false, t)).toEqual({
    username: "problems.noUsername",
    password: "problems.noPassword",
  });
});
