/** Blank text is a message only where a medium goes along. */
import { AppError } from "../../app-error.ts";

/** @throws {AppError} `invalid_request` */
export function requireContent(content: string, hasMedia: boolean): void {
  if (hasMedia || content.trim() !== "") return;
  throw new AppError("invalid_request", { details: [{ path: "content", message: "must not be blank" }] });
}
