/** Messages: what is said in a room. */
import type { Handlers } from "../../context.ts";
import { deleteMessage } from "./delete-message.ts";
import { editMessage } from "./edit-message.ts";
import { forwardMessage } from "./forward-message.ts";
import { getMessage } from "./get-message.ts";
import { listMentions } from "./list-mentions.ts";
import { listMessages } from "./list-messages.ts";
import { react, unreact } from "./react.ts";
import { sendMessage } from "./send-message.ts";

export const messageHandlers = {
  "messages.send": sendMessage,
  "messages.list": listMessages,
  "messages.get": getMessage,
  "messages.forward": forwardMessage,
  "messages.mentions": listMentions,
  "messages.edit": editMessage,
  "messages.delete": deleteMessage,
  "messages.react": react,
  "messages.unreact": unreact,
} satisfies Partial<Handlers>;
