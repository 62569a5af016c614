/** Gets bytes from the server on the user's behalf: what `<img>` can't, since it sends no token. */
import { abortedError, fromFailure, networkError, PipitError, type WireFailure } from "../errors.ts";
import { type CallerParts, withToken } from "./caller.ts";

/**
 * @param path below the address of the operations: `/media/<id>/file?width=320`
 * @returns an answer that is good; its body has yet to be read, and ends with the signal
 * @throws {PipitError}
 */
export type Download = (path: string, options?: { signal?: AbortSignal | undefined }) => Promise<Response>;

type Parts = Omit<CallerParts, "ask" | "onTimeout">;

export function createDownload(parts: Parts): Download {
  return async (path, { signal } = {}) => {
    if (parts.isOver()) throw abortedError();
    return withToken(parts, (token) => get(parts, path, token, signal));
  };
}

async function get(parts: Parts, path: string, token: string, signal: AbortSignal | undefined): Promise<Response> {
  let response: Response;
  try {
    // The browser's own cache would outlive a log-out.
    const init = { headers: { authorization: `Bearer ${token}` }, cache: "no-store" as const };
    // Without its slash, what follows a bare host would be part of the host's name.
    const address = parts.baseUrl + path.replace(/^\/?/, "/");
    response = await parts.env.fetch(address, signal ? { ...init, signal } : init);
  } catch (error) {
    throw signal?.aborted ? abortedError(error) : networkError(error);
  }
  if (response.ok) return response;
  const failure = (await response.json().catch(() => undefined)) as WireFailure | undefined;
  if (failure) throw fromFailure(failure);
  throw new PipitError("unavailable", { message: `Not an answer of Pipit: ${response.status}.`, retryable: true });
}
