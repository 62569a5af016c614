/** All words of one language. */
import composer from "./en/composer.json" with { type: "json" };
import conversation from "./en/conversation.json" with { type: "json" };
import info from "./en/info.json" with { type: "json" };
import media from "./en/media.json" with { type: "json" };
import rooms from "./en/rooms.json" with { type: "json" };
import session from "./en/session.json" with { type: "json" };
import settings from "./en/settings.json" with { type: "json" };
import ui from "./en/ui.json" with { type: "json" };

export const words = { composer, conversation, info, media, rooms, session, settings, ui };
export type Words = typeof words;
