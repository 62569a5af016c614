/** What people feel most often. */
export const quickReactions = ["👍", "❤️", "😂", "😮", "😢", "🙏"] as const;
