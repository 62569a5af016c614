/** What a node keeps of who looks at whom, and who is writing. */
import type { Load } from "../../load.ts";
import type { Timers } from "../../timers.ts";
import { type NewsParts, PresenceNews } from "./presence-news.ts";
import { Subscriptions } from "./subscriptions.ts";
import { TypingTracker } from "./typing-tracker.ts";

export type PresenceParts = {
  subscriptions: Subscriptions;
  news: PresenceNews;
  typing: TypingTracker;
  load: Load;
  /** Writes what there is to write, and ends them. */
  close(): Promise<void>;
};

/** @param services whose audiences may be replaced later; presence is watched from now on */
export function createPresenceParts(services: NewsParts, timers: Timers, load: Load): PresenceParts {
  const subscriptions = new Subscriptions();
  const news = new PresenceNews(services, subscriptions, timers);
  services.presence.watch((change) => news.take(change));
  return {
    subscriptions,
    news,
    typing: new TypingTracker(services, timers),
    load,
    async close() {
      load.close();
      await news.close();
    },
  };
}
