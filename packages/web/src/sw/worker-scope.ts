/** As much of a service worker's world as is used here: the compiler's names are those of a page, which has none of it. */

type WorkerEvent = Event & { waitUntil(work: Promise<unknown>): void };

type WindowClient = {
  readonly focused: boolean;
  readonly visibilityState: DocumentVisibilityState;
  focus(): Promise<WindowClient>;
  postMessage(message: unknown): void;
};

type WorkerEvents = {
  activate: WorkerEvent;
  fetch: WorkerEvent & { readonly request: Request; respondWith(response: Promise<Response>): void };
  message: MessageEvent<unknown>;
  push: WorkerEvent & { readonly data: { json(): unknown } | null };
  notificationclick: WorkerEvent & { readonly notification: Notification };
};

export type WorkerScope = {
  readonly location: Location;
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: "window"; includeUncontrolled: boolean }): Promise<readonly WindowClient[]>;
    openWindow(address: string): Promise<WindowClient | null>;
  };
  skipWaiting(): Promise<void>;
  addEventListener<Name extends keyof WorkerEvents>(name: Name, listener: (event: WorkerEvents[Name]) => void): void;
};
