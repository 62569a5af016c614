/** What the server says of itself to whoever opens the page. */

export type ClientConfig = {
  name: string;
  version: string;
  accounts: boolean;
  demo: boolean;
  max_upload_bytes: number;
  push_public_key: string | null;
  max_forward_targets: number;
};

const key = "pipit.client-config";
let asked: Promise<ClientConfig> | undefined;

/** Without a network, what it said last. @throws when it never said anything */
export function loadClientConfig(): Promise<ClientConfig> {
  asked ??= fetchConfig().catch((error: unknown) => {
    asked = undefined;
    throw error;
  });
  return asked;
}

async function fetchConfig(): Promise<ClientConfig> {
  try {
    const { data } = (await (await fetch("/api/client-config")).json()) as { data: ClientConfig };
    localStorage.setItem(key, JSON.stringify(data));
    return data;
  } catch (error) {
    const kept = localStorage.getItem(key);
    if (kept === null) throw error;
    return JSON.parse(kept) as ClientConfig;
  }
}
