/** Sends a body by XMLHttpRequest, which alone says how much of it has gone. */
import type { Limit } from "../connection/in-time.ts";
import type { Answer, Attempt } from "./send-bytes.ts";

/** The part of XMLHttpRequest that is used. */
type Xhr = {
  readonly status: number;
  readonly upload: { onprogress: ((event: { loaded: number }) => void) | null };
  onload: (() => void) | null;
  onerror: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(body: Blob): void;
  abort(): void;
};

export type XhrConstructor = new () => Xhr;

/** The platform's own, if it has one. */
export function findXhr(): XhrConstructor | undefined {
  return (globalThis as { XMLHttpRequest?: XhrConstructor }).XMLHttpRequest;
}

/** How long a request may stand still. */
const stallMs = 60_000;

export function sendByXhr(
  Constructor: XhrConstructor,
  { method, url, headers, onSent }: Attempt,
  body: Blob,
  limit: Limit,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const xhr = new Constructor();
    limit.allow(stallMs);
    limit.signal.addEventListener("abort", () => {
      xhr.abort();
      reject();
    });
    xhr.upload.onprogress = ({ loaded }) => {
      limit.allow(stallMs);
      onSent?.(loaded);
    };
    xhr.onload = () => resolve({ status: xhr.status, header: (name) => xhr.getResponseHeader(name) });
    // It says no more than that. Who waits tells a broken connection from an end that was wanted.
    xhr.onerror = () => reject();
    xhr.open(method, url);
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    xhr.send(body);
  });
}
