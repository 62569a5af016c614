/** All words of one language. */
import composer from "./de/composer.json" with { type: "json" };
import conversation from "./de/conversation.json" with { type: "json" };
import info from "./de/info.json" with { type: "json" };
import media from "./de/media.json" with { type: "json" };
import rooms from "./de/rooms.json" with { type: "json" };
import session from "./de/session.json" with { type: "json" };
import settings from "./de/settings.json" with { type: "json" };
import ui from "./de/ui.json" with { type: "json" };
import type { Words } from "./en.ts";

export const words: Words = { composer, conversation, info, media, rooms, session, settings, ui };
