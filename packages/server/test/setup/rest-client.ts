/** A client of the REST door that gives back what came, whatever it is. */
import type { ErrorCode } from "@pipit/protocol/errors";

// biome-ignore lint/suspicious/noExplicitAny: tests look at replies of every shape and check them against the schemas.
type Data = any;

export type RestReply = {
  status: number;
  headers: Headers;
  body: {
    success: boolean;
    data: Data;
    pagination: Data;
    code?: ErrorCode;
    error?: string;
    details?: Data;
    request_id?: string;
  };
};

export type Rest = {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<RestReply>;
  get(path: string): Promise<RestReply>;
  post(path: string, body?: unknown): Promise<RestReply>;
  put(path: string, body?: unknown): Promise<RestReply>;
  patch(path: string, body?: unknown): Promise<RestReply>;
  delete(path: string): Promise<RestReply>;
};

/** @param path what follows `/api/v1/chat`; a body that is text is sent as it is */
export function createRest(url: string, token: string | undefined): Rest {
  const call: Rest["call"] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}/api/v1/chat${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as RestReply["body"] };
  };
  return {
    call,
    get: (path) => call("GET", path),
    post: (path, body) => call("POST", path, body),
    put: (path, body) => call("PUT", path, body),
    patch: (path, body) => call("PATCH", path, body),
    delete: (path) => call("DELETE", path),
  };
}
