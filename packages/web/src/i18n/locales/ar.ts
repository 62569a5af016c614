/** All words of one language. */
import composer from "./ar/composer.json" with { type: "json" };
import conversation from "./ar/conversation.json" with { type: "json" };
import info from "./ar/info.json" with { type: "json" };
import media from "./ar/media.json" with { type: "json" };
import rooms from "./ar/rooms.json" with { type: "json" };
import session from "./ar/session.json" with { type: "json" };
import settings from "./ar/settings.json" with { type: "json" };
import ui from "./ar/ui.json" with { type: "json" };
import type { Words } from "./en.ts";

export const words: Words = { composer, conversation, info, media, rooms, session, settings, ui };
