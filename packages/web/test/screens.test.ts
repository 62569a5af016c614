/** Every screen: as it should look, and free of what axe finds serious. */
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { checkAccess } from "./setup/axe.ts";
import { type Furnished, furnish } from "./setup/furnish.ts";
import { look } from "./setup/look.ts";
import { field, message } from "./setup/people.ts";
import { makePicture } from "./setup/picture.ts";
import { type Stage, startStage } from "./setup/stage.ts";

type Screen = {
  name: string;
  /** Where it is, in a room's place if it has one. */
  path(given: Furnished): string;
  /** What shows that it is there. */
  sign(page: Page): Promise<unknown>;
  /** Selectors of what is another each time. */
  hidden?: readonly string[];
};

const heading = (name: string) => (page: Page) => page.getByRole("heading", { name }).first().waitFor();
const side = (name: string, title: string): Screen => ({
  name,
  path: () => `/?side=${name}`,
  sign: heading(title),
});
const section = (name: string, title: string): Screen => ({
  name: `settings-${name}`,
  path: () => `/?side=settings&section=${name}`,
  sign: heading(title),
});
const panel = (name: string, title: string): Screen => ({
  name: `panel-${name}`,
  path: ({ group }) => `/room/${group}?panel=${name}`,
  sign: async (page) => {
    await page.getByRole("complementary").getByRole("heading", { name: title }).first().waitFor();
    await message(page, "shall we meet").waitFor();
  },
});
const inRoom = (name: string, sign: Screen["sign"], query = ""): Screen => ({
  name,
  path: ({ group }) => `/room/${group}${query}`,
  async sign(page) {
    await message(page, "shall we meet").waitFor();
    // What an earlier screen left there.
    await field(page).fill("");
    await sign(page);
  },
});

/** A bubble is as wide as the time in it happens to be: in its middle, a menu would open elsewhere each time. */
const atItsBeginning = { button: "right", position: { x: 24, y: 12 } } as const;

const attach = (entry: string) => async (page: Page) => {
  await page.getByRole("button", { name: "Add something" }).click();
  await page.getByRole("menuitem", { name: entry }).click();
  await page.getByRole("dialog").waitFor();
};

/** Links are new each time. */
const codes = ["aside li svg[role=img]", "aside li p[dir=ltr]"];

const screens: Screen[] = [
  { name: "rooms", path: () => "/", sign: (page) => page.getByRole("tab", { name: "Reading" }).waitFor() },
  inRoom("conversation", (page) => message(page, "Library").waitFor()),
  { name: "direct", path: ({ direct }) => `/room/${direct}?panel=info`, sign: heading("Contact info") },
  side("new", "New chat"),
  side("group", "Who is in it?"),
  {
    name: "group-name",
    path: () => "/?side=group",
    async sign(page) {
      await page.getByRole("option", { name: "Bob Müller" }).click();
      await page.getByRole("button", { name: "Next" }).click();
      await page.getByLabel("Name of the group").waitFor();
    },
  },
  side("archived", "Archived"),
  { ...side("starred", ""), sign: (page) => page.getByRole("button", { name: "My shelf" }).waitFor() },
  { ...side("mentions", ""), sign: (page) => page.getByRole("button", { name: "shall we meet" }).first().waitFor() },
  side("requests", "Requests"),
  side("settings", "Settings"),
  section("profile", "Profile"),
  section("notifications", "Notifications"),
  section("privacy", "Privacy"),
  section("blocked", "Blocked"),
  section("chats", "Chats"),
  section("folders", "Folders"),
  section("devices", "Devices"),
  // How much is kept is another number each time.
  { ...section("storage", "Storage"), hidden: ["nav section:first-of-type"] },
  section("shortcuts", "Keyboard shortcuts"),
  { ...section("about", "About"), hidden: ["nav dd"] },
  panel("info", "Group info"),
  panel("members", "Members"),
  panel("media", "Media, links and documents"),
  panel("pins", "Pinned messages"),
  panel("starred", "Starred messages"),
  { ...panel("invite", "Invite by link"), hidden: codes },
  inRoom("message-menu", async (page) => {
    await message(page, "shall we meet").locator("[data-bubble]").click(atItsBeginning);
    await page.getByRole("menuitem", { name: "Reply" }).waitFor();
  }),
  inRoom("mention", async (page) => {
    await field(page).pressSequentially("@");
    await page.getByRole("listbox").waitFor();
  }),
  inRoom("emoji", async (page) => {
    await page.getByRole("button", { name: "Emojis" }).click();
    await page.getByRole("button", { name: "grinning face", exact: true }).first().waitFor();
  }),
  inRoom("files", async (page) => {
    const picture = { name: "picture.png", mimeType: "image/png", buffer: makePicture(300, 200) };
    await page.locator('input[type="file"][accept^="image"]').first().setInputFiles([picture, picture]);
    await page.getByRole("dialog").locator("img").first().waitFor();
  }),
  inRoom("poll", attach("Poll")),
  inRoom("contact", attach("Contact")),
  inRoom("location", attach("Location")),
  { ...inRoom("camera", attach("Camera")), hidden: ["video"] },
  {
    name: "delete",
    path: ({ direct }) => `/room/${direct}`,
    // Of a chat that fits on the screen: what has to be scrolled to stands elsewhere each time.
    async sign(page) {
      await message(page, "tomorrow").locator("[data-bubble]").click(atItsBeginning);
      await page.getByRole("menuitem", { name: "Delete" }).click();
      await page.getByRole("button", { name: "Delete for everyone" }).waitFor();
    },
  },
  inRoom("leave", async (page) => {
    await page.getByRole("button", { name: "Chat menu" }).click();
    await page.getByRole("menuitem", { name: "Leave" }).click();
    await page.getByRole("dialog").waitFor();
  }),
  inRoom(
    "permissions",
    async (page) => {
      await page.getByRole("button", { name: "Permissions" }).click();
      await page.getByRole("dialog").waitFor();
    },
    "?panel=info",
  ),
  {
    ...inRoom(
      "new-link",
      async (page) => {
        await page.getByRole("button", { name: "New invite link" }).click();
        await page.getByRole("dialog").waitFor();
      },
      "?panel=invite",
    ),
    hidden: codes,
  },
  inRoom("forward", async (page) => {
    await message(page, "shall we meet").locator("[data-bubble]").click(atItsBeginning);
    await page.getByRole("menuitem", { name: "Forward" }).click();
    await page.getByRole("dialog").getByRole("option").first().waitFor();
  }),
  inRoom("selection", async (page) => {
    await message(page, "shall we meet").locator("[data-bubble]").click(atItsBeginning);
    await page.getByRole("menuitem", { name: "Select" }).click();
    await page.getByText("1 selected").waitFor();
  }),
  {
    name: "viewer",
    path: ({ group, pictureId }) => `/room/${group}?view=${pictureId}`,
    sign: (page) => page.getByRole("dialog").locator('img[src^="blob:"]').first().waitFor(),
  },
];

/** Resolves when nothing more is being loaded. */
async function settle(page: Page): Promise<void> {
  const isThere = "[...document.images].every((image) => image.complete && image.naturalWidth > 0)";
  const isDone = `${isThere} && !document.querySelector("[role=status][aria-label]")`;
  await expect.poll(() => page.evaluate(isDone), { timeout: 15_000 }).toBe(true);
}

describe("screens", () => {
  let stage: Stage;
  let given: Furnished;
  const open: Page[] = [];

  beforeAll(async () => {
    stage = await startStage();
    given = await furnish(stage.server);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await stage.showAll(task.name.replaceAll(/\W+/g, "-"));
  });
  afterAll(async () => {
    await stage?.close();
  });

  /** A window in which Ada is signed in, as a host product leads her there. */
  async function enter(options?: BrowserContextOptions): Promise<Page> {
    const { page } = await stage.open(0, options);
    await page.goto(`/#token=${given.ada.token}`);
    await page.getByRole("tab").first().waitFor();
    // Whether there can be notifications is known only then.
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    open.push(page);
    return page;
  }

  describe("light, on a desk", () => {
    let page: Page;
    beforeAll(async () => {
      page = await enter();
    });
    it.each(screens)("$name", async ({ name, path, sign, hidden }) => {
      await page.goto(path(given));
      await sign(page);
      await settle(page);
      await checkAccess(page, name);
      await look(page, `screen-${name}`, hidden);
    });
  });

  it.each([
    { name: "dark-conversation", options: { colorScheme: "dark" as const }, query: "?panel=info" },
    { name: "phone-conversation", options: { viewport: { width: 390, height: 844 } }, query: "" },
    { name: "hindi-conversation", options: { locale: "hi" }, query: "" },
    { name: "german-conversation", options: { locale: "de" }, query: "?panel=info" },
    { name: "arabic-dark", options: { locale: "ar", colorScheme: "dark" as const }, query: "?panel=info" },
  ])("$name", async ({ name, options, query }) => {
    const page = await enter(options);
    await page.goto(`/room/${given.group}${query}`);
    await page.getByRole("article", { name: "shall we meet" }).waitFor();
    await settle(page);
    await checkAccess(page, name);
    await look(page, `screen-${name}`);
  });

  it("nothing went wrong unseen", () => {
    expect(stage.faults.join("\n")).toBe("");
  });
});
