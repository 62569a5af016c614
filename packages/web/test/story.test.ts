/** Two people, two browsers, one evening: what the page is for, done by those who use it. */
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { checkAccess } from "./setup/axe.ts";
import { look } from "./setup/look.ts";
import { choose, field, findPerson, isOpen, message, openRoom, room, say, signIn, signUp } from "./setup/people.ts";
import { makePicture } from "./setup/picture.ts";
import { type Stage, startStage } from "./setup/stage.ts";

const ada = { username: "ada", name: "Ada Lovelace" };
const bob = { username: "bob", name: "Bob Müller" };

describe("a story of two people", () => {
  let stage: Stage;
  let adas: { context: BrowserContext; page: Page };
  let bobs: { context: BrowserContext; page: Page };

  beforeAll(async () => {
    stage = await startStage();
    adas = await stage.open(0);
    bobs = await stage.open(1);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await stage.showAll(task.name.replaceAll(/\W+/g, "-"));
  });
  afterAll(async () => {
    await stage?.close();
  });

  /** What is seen is as it was, and can be used by everyone. */
  async function check(page: Page, name: string): Promise<void> {
    await checkAccess(page, name);
    await look(page, name);
  }

  it("they sign up", async () => {
    await adas.page.goto("/");
    await adas.page.getByRole("heading", { name: "Welcome back" }).waitFor();
    await check(adas.page, "sign-in");
    await adas.page.getByRole("button", { name: "Create one" }).click();
    await check(adas.page, "sign-up");
    await Promise.all([signUp(adas.page, ada), signUp(bobs.page, bob)]);
    await check(adas.page, "no-rooms");
  });

  it("they find each other, and chat with ticks", async () => {
    const { page } = adas;
    await findPerson(page, bob.name);
    await say(page, "Hello Bob! *How* are you?");
    await message(page, "Hello Bob").getByText("Delivered").waitFor({ state: "attached" });
    await openRoom(bobs.page, ada.name);
    await message(page, "Hello Bob").getByText("Read").waitFor({ state: "attached" });
    await field(bobs.page).pressSequentially("Fine, th");
    await page.getByText("typing…").first().waitFor();
    await say(bobs.page, "Fine, thanks. See https://example.org/notes.");
    await message(page, "Fine, thanks").waitFor();
    const link = message(page, "Fine, thanks").getByRole("link");
    expect(await link.getAttribute("rel")).toContain("noopener");
    await check(page, "chat");
  });

  it("a photo, with its caption", async () => {
    const { page } = adas;
    const picture = { name: "sunset.png", mimeType: "image/png", buffer: makePicture(900, 600) };
    await page.locator('input[type="file"][accept^="image"]').first().setInputFiles(picture);
    await page.getByLabel(/^Caption/).fill("Yesterday evening");
    await page.getByRole("dialog").getByRole("button", { name: "Send", exact: true }).click();
    await message(bobs.page, "Yesterday evening").locator('img[src^="blob:"]').waitFor();
  });

  it("a voice message, heard before it is sent", async () => {
    const { page } = adas;
    await page.getByRole("button", { name: "Record a voice message" }).click();
    await page.getByRole("timer").filter({ hasText: "0:02" }).waitFor();
    await page.getByRole("button", { name: "Stop and listen" }).click();
    await page.getByRole("button", { name: "Play" }).last().waitFor();
    await page.getByRole("button", { name: "Send" }).click();
    const player = bobs.page.getByRole("article").last().getByRole("button", { name: "Play" });
    await player.waitFor();
    await player.click();
    await bobs.page
      .getByRole("article")
      .last()
      .getByRole("button", { name: /^Speed/ })
      .waitFor();
  });

  it("a group with a mention", async () => {
    const { page } = adas;
    await page.getByRole("button", { name: "More", exact: true }).click();
    await page.getByRole("menuitem", { name: "New group" }).click();
    await page.getByRole("option", { name: bob.name }).click();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByLabel("Name of the group").fill("Book club");
    await page.getByRole("button", { name: "Create" }).click();
    await isOpen(page, "Book club");
    await field(page).pressSequentially("Hi @bo");
    await page.getByRole("listbox").getByRole("option", { name: bob.name }).waitFor();
    await field(page).press("Enter");
    await field(page).pressSequentially("have you read it?");
    await field(page).press("Enter");
    await room(bobs.page, "Book club").getByRole("img", { name: "You were mentioned" }).waitFor();
    await openRoom(bobs.page, "Book club");
    await message(bobs.page, "have you read it?").waitFor();
    await check(bobs.page, "group");
  });

  it("reply, edit, react, star, delete", async () => {
    const { page } = bobs;
    await choose(page, "have you read it?", "Reply");
    await say(page, "Almoost all of it");
    await message(page, "Almoost")
      .getByText(/^(Sent|Delivered|Read)$/)
      .waitFor({ state: "attached" });
    await choose(page, "Almoost", "Edit");
    await page.getByText("Edit message").waitFor();
    await field(page).fill("Almost all of it");
    await field(page).press("Enter");
    await message(adas.page, "Almost all of it").getByText("edited").waitFor();
    await message(adas.page, "Almost all of it").hover();
    await message(adas.page, "Almost all of it").getByRole("button", { name: "React" }).click();
    await adas.page
      .getByRole("button", { name: /React with/ })
      .first()
      .click();
    await message(page, "Almost all of it").getByRole("button", { name: /, 1/ }).waitFor();
    await choose(adas.page, "Almost all of it", "Star");
    await message(adas.page, "Almost all of it").getByText("Starred").waitFor({ state: "attached" });
    await say(page, "This was a mistake");
    await message(page, "This was a mistake")
      .getByText(/^(Sent|Delivered|Read)$/)
      .waitFor({ state: "attached" });
    await choose(page, "This was a mistake", "Delete");
    await page.getByRole("button", { name: "Delete for everyone" }).click();
    await message(adas.page, "This message was deleted").waitFor();
  });

  it("forwarded, and who has seen it", async () => {
    const { page } = adas;
    await choose(page, "have you read it?", "Forward");
    await page.getByRole("dialog").getByRole("option", { name: bob.name }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Forward", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByText("Forwarded to").first().waitFor({ state: "detached" });
    await choose(page, "have you read it?", "Message info");
    await page.getByRole("region", { name: "Read by" }).getByText(bob.name).waitFor();
    await check(page, "message-info");
    await openRoom(bobs.page, ada.name);
    await message(bobs.page, "have you read it?").getByText("Forwarded").waitFor();
  });

  it("what is written offline is sent after a reload", async () => {
    const { page, context } = bobs;
    await openRoom(page, "Book club");
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    stage.cut();
    await context.setOffline(true);
    await page.getByText("You are offline").waitFor();
    await say(page, "Written in a tunnel");
    await message(page, "Written in a tunnel").getByText("Waiting to be sent").waitFor({ state: "attached" });
    await page.reload();
    await message(page, "Written in a tunnel").waitFor();
    await page.getByText("You are offline").waitFor();
    await check(page, "offline");
    stage.restore();
    await context.setOffline(false);
    await message(adas.page, "Written in a tunnel").waitFor();
    await message(page, "Written in a tunnel")
      .getByText(/Sent|Delivered|Read/)
      .waitFor({ state: "attached" });
  });

  it("a second device has it all, and is logged out from the first", async () => {
    const second = await stage.open(1, { viewport: { width: 390, height: 844 }, hasTouch: true });
    await signIn(second.page, ada);
    await room(second.page, "Book club").waitFor();
    await check(second.page, "phone-rooms");
    await openRoom(second.page, "Book club");
    await message(second.page, "Almost all of it").getByText("Starred").waitFor({ state: "attached" });
    await check(second.page, "phone-chat");
    await second.page.getByRole("button", { name: "Back" }).click();
    await room(second.page, bob.name).waitFor();
    await adas.page.goto("/?side=settings&section=devices");
    await adas.page
      .getByRole("button", { name: /^Log out/ })
      .last()
      .click();
    await adas.page
      .getByRole("dialog")
      .getByRole("button", { name: /^Log out/ })
      .click();
    await second.page.getByRole("heading", { name: "Welcome back" }).waitFor();
    await second.context.close();
  });

  it("an invite link brings in a third", async () => {
    const { page } = adas;
    await page.goto("/");
    await openRoom(page, "Book club");
    await page.goto(`${new URL(page.url()).pathname}?panel=invite`);
    await page.getByRole("button", { name: "New invite link" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Create link" }).click();
    const code = page.getByText(/\/join\//).first();
    const url = new URL(((await code.textContent()) ?? "").trim());
    const eves = await stage.open(1);
    await signUp(eves.page, { username: "eve", name: "Eve Adebayo" });
    await eves.page.goto(url.pathname);
    await eves.page.getByRole("heading", { name: "Book club" }).waitFor();
    await check(eves.page, "join");
    await eves.page.getByRole("button", { name: "Join the group" }).click();
    await say(eves.page, "Hello, I am new here");
    await message(page, "Hello, I am new here").waitFor();
    await eves.context.close();
  });

  it("dark, from right to left, on a phone", async () => {
    const dark = await stage.open(0, { colorScheme: "dark", storageState: await adas.context.storageState() });
    await dark.page.goto(new URL(adas.page.url()).pathname);
    await message(dark.page, "Hello, I am new here").waitFor();
    await check(dark.page, "dark");
    await dark.context.close();
    const viewport = { width: 390, height: 844 };
    const arabic = await stage.open(0, { locale: "ar", viewport, storageState: await adas.context.storageState() });
    await arabic.page.goto("/");
    await arabic.page.getByRole("heading", { name: "المحادثات" }).waitFor();
    expect(await arabic.page.locator("html").getAttribute("dir")).toBe("rtl");
    await room(arabic.page, "Book club").waitFor();
    await check(arabic.page, "arabic-phone");
    await arabic.context.close();
  });

  it("nothing went wrong unseen", () => {
    expect(stage.faults.join("\n")).toBe("");
  });
});
