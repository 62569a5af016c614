/** How summaries are shortened for lists of contents. */
import { expect, it } from "vitest";
import { headline, tagOf } from "./wording.ts";

it.each([
  ["One message.", "One message"],
  ["Send a message to a room. A retry returns the first.", "Send a message to a room"],
  ["A room's history, ascending: the newest page.", "A room's history, ascending"],
  ["Add a user; adding a member changes nothing.", "Add a user"],
  ["Delete for everyone (within 60 hours, admins at any time) or for oneself.", "Delete for everyone or for oneself"],
])("shortens %j", (summary, short) => {
  expect(headline(summary)).toBe(short);
});

it("takes an operation's tag from its name", () => {
  expect(tagOf("messages.send")).toBe("Messages");
});
