/** One message. */
import { AppError } from "../../app-error.ts";
import type { Handler } from "../../context.ts";
import { readHistory } from "./history.ts";
import { fromMessageId } from "./message-id.ts";

export const getMessage: Handler<"messages.get"> = (ctx, input) => {
  const { roomId, sequence } = fromMessageId(input.message_id);
  return readHistory(ctx, roomId, async (history) => {
    const rows = await history.find({ after: sequence - 1, before: sequence + 1 }, "up", 1);
    const [message] = await history.view(rows);
    if (!message) throw new AppError("not_found", { message: "There is no such message." });
    return message;
  });
};
