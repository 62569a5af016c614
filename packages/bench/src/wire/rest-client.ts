/** Pipit's REST door, for one user. */

const timeoutMs = 20_000;
const prefix = "/api/v1/chat";

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** No answer came: the server was gone before it, or did not give one in time. */
export class NoAnswer extends Error {}

/** What every request is answered with, through either door. */
export type Envelope = { success: true; data: unknown } | { success: false; code: string; error: string };

/** Takes an answer for an envelope. @throws {Error} showing the answer, when it is none. */
export function toEnvelope(answer: unknown): Envelope {
  if (typeof answer === "object" && answer !== null && "success" in answer) {
    if (answer.success === true && "data" in answer) return { success: true, data: answer.data };
    if (answer.success === false && "code" in answer && "error" in answer) {
      return { success: false, code: String(answer.code), error: String(answer.error) };
    }
  }
  throw new Error(`the server gave no envelope: ${JSON.stringify(answer)}`);
}

export class RestClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** Sends a request and gives its answer, whatever it is. @throws {NoAnswer} when there was none. */
  async request(method: Method, path: string, body?: object): Promise<Envelope> {
    const response = await this.#fetch(method, path, body);
    return toEnvelope(JSON.parse(response));
  }

  /** Like `request`, and gives the data. @throws {Error} when the answer is a refusal. */
  async call(method: Method, path: string, body?: object): Promise<unknown> {
    const answer = await this.request(method, path, body);
    if (!answer.success) throw new Error(`${method} ${path} was refused: ${answer.code}, ${answer.error}`);
    return answer.data;
  }

  async #fetch(method: string, path: string, body: object | undefined): Promise<string> {
    try {
      const response = await fetch(this.#url + prefix + path, {
        method,
        headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return await response.text();
    } catch (error) {
      throw new NoAnswer(`${method} ${path} got no answer`, { cause: error });
    }
  }
}
