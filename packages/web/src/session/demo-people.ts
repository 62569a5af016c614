/** The people of a server that was started as a demo. */
import { PipitError } from "@pipit/client";

export type DemoPerson = { id: string; name: string; avatar_url: string | null; status_message: string | null };

/** @throws {PipitError} `network`, or what the server answers */
export async function listDemoPeople(): Promise<DemoPerson[]> {
  return ask<DemoPerson[]>("/api/demo/people");
}

/** A token for one of them, who has no password. @throws {PipitError} */
export async function fetchDemoToken(userId: string): Promise<string> {
  const init = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ user_id: userId }),
  };
  return (await ask<{ token: string }>("/api/demo/token", init)).token;
}

async function ask<Data>(path: string, init?: RequestInit): Promise<Data> {
  let body: { success: boolean; data: Data };
  try {
    body = await (await fetch(path, init)).json();
  } catch (cause) {
    throw new PipitError("network", { message: "The server can't be reached.", retryable: true, cause });
  }
  if (!body.success) throw new PipitError("unauthenticated", { message: "No demo runs here.", retryable: false });
  return body.data;
}
