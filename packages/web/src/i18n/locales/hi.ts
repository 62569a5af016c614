/** All words of one language. */

import type { Words } from "./en.ts";
import composer from "./hi/composer.json" with { type: "json" };
import conversation from "./hi/conversation.json" with { type: "json" };
import info from "./hi/info.json" with { type: "json" };
import media from "./hi/media.json" with { type: "json" };
import rooms from "./hi/rooms.json" with { type: "json" };
import session from "./hi/session.json" with { type: "json" };
import settings from "./hi/settings.json" with { type: "json" };
import ui from "./hi/ui.json" with { type: "json" };

export const words: Words = { composer, conversation, info, media, rooms, session, settings, ui };
