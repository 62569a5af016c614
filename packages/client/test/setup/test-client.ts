/** Clients of the SDK against a real server. */
import type { Person, TestServer } from "../../../server/test/setup/test-server.ts";
import { type ClientOptions, createClient, type PipitClient, type Query } from "../../src/client.ts";

/** A client of a person that has connected and brought everything up to date. */
export async function connect(
  server: TestServer,
  person: Person,
  options: Partial<ClientOptions> = {},
): Promise<PipitClient> {
  const client = makeClient(server, person, options);
  await client.start();
  await until(client.isSynced, (isSynced) => isSynced);
  return client;
}

/** The same, not started. What goes wrong behind the scenes fails the test. */
export function makeClient(server: TestServer, person: Person, options: Partial<ClientOptions> = {}): PipitClient {
  return createClient({
    url: server.url,
    token: person.token,
    onError: (error) => {
      throw error;
    },
    ...options,
  });
}

/** Resolves with the first value of a query that satisfies. */
export async function until<Value>(
  query: Query<Value>,
  isGood: (value: Value) => boolean,
  ms = 10_000,
): Promise<Value> {
  const now = query.getSnapshot();
  if (isGood(now)) return now;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      end();
      reject(new Error(`it stayed ${JSON.stringify(query.getSnapshot())}`));
    }, ms);
    const end = query.subscribe(() => {
      const value = query.getSnapshot();
      if (!isGood(value)) return;
      clearTimeout(timer);
      end();
      resolve(value);
    });
  });
}
