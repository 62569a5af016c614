/** Keeps pages of other sites from acting in a person's name (OWASP: Cross-Site Request Forgery, verifying origin). */
import { AppError } from "../../app-error.ts";

/** @throws {AppError} `forbidden` when a page made the request whose origin is not trusted */
export type RequireTrustedOrigin = (request: Request) => void;

/**
 * Requests without an Origin pass: no page sends a cookie of ours across sites without one (SameSite=Lax).
 * @param trusted the origins besides that of the server; `*` trusts all with tokens, none with cookies.
 */
export function createOriginCheck(ownOrigin: string, trusted: readonly string[]): RequireTrustedOrigin {
  const origins = new Set([ownOrigin, ...trusted]);
  return (request) => {
    const origin = request.headers.get("origin");
    if (origin === null || origins.has(origin) || hostOf(origin) === hostOf(request.url)) return;
    if (origins.has("*") && !request.headers.has("cookie")) return;
    throw new AppError("forbidden", { message: "Pages of that origin may not do this." });
  };
}

// Whatever name the server is reached by, its own pages may act: behind a proxy the scheme differs.
function hostOf(url: string): string | undefined {
  return URL.parse(url)?.host;
}
