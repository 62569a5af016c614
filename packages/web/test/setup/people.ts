/** What people do in front of the page, in the words that it shows. */
import type { Locator, Page } from "playwright-core";

export type Newcomer = { username: string; name: string };

const password = "correct horse battery";

/** Opens an account on the page where nobody is signed in. */
export async function signUp(page: Page, { username, name }: Newcomer): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: "Create one" }).click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("button", { name: "New chat" }).waitFor();
}

export async function signIn(page: Page, { username }: Newcomer): Promise<void> {
  await page.goto("/");
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "New chat" }).waitFor();
}

/** Finds somebody by a part of their name, and opens the chat with them. */
export async function findPerson(page: Page, name: string): Promise<void> {
  await page.getByLabel("Search chats and people").fill(name.slice(0, 4));
  await page.getByRole("region", { name: "People" }).getByRole("button", { name }).click();
  await isOpen(page, name);
}

export const field = (page: Page): Locator => page.getByLabel("Message", { exact: true });

export async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press("Enter");
}

/** The newest message that says something; what it quotes does not count. */
export const message = (page: Page, text: string): Locator => page.getByRole("article", { name: text }).last();

/** Opens the menu of a message and chooses from it. */
export async function choose(page: Page, text: string, action: string): Promise<void> {
  await message(page, text).locator("[data-bubble]").click({ button: "right" });
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

/** A room in the list. */
export const room = (page: Page, name: string): Locator =>
  page.getByRole("navigation").getByRole("listitem").filter({ hasText: name }).first();

export async function openRoom(page: Page, name: string): Promise<void> {
  await room(page, name).getByRole("button").first().click();
  await isOpen(page, name);
}

/** Resolves when it is this room that one writes in. */
export async function isOpen(page: Page, name: string): Promise<void> {
  await page.getByRole("main").getByRole("heading", { level: 1, name }).waitFor();
  await field(page).waitFor();
}
