/** Devices of people in tests: what they register as, and tokens that are newer than a log-out. */
import { createTokenIssuer } from "../../src/identity/issue-token.ts";
import type { Rest } from "./rest-client.ts";
import { codeOf } from "./talk.ts";
import { type Person, type TestServer, testSecret } from "./test-server.ts";

// biome-ignore lint/suspicious/noExplicitAny: what came is looked at as it is.
type Data = any;

export const description = {
  device_name: "Ada's phone",
  device_type: "mobile",
  platform: "android",
  app_version: "1.0",
} as const;

/** Registers a device. @throws if it is refused */
export async function register(person: { rest: Rest }, deviceId: string, given: object = {}): Promise<Data> {
  const reply = await person.rest.post("/devices/register", { device_id: deviceId, ...description, ...given });
  if (!reply.body.success) throw new Error(`refused: ${JSON.stringify(reply.body)}`);
  return reply.body.data;
}

/** The code of the answer to a log-out. */
export async function logOut(person: { rest: Rest }, deviceId: string): Promise<string> {
  return codeOf(await person.rest.post(`/devices/${deviceId}/logout`));
}

/** The same person with a token that was made so many seconds from now. */
export async function renew(server: TestServer, person: Person, seconds = 2): Promise<Person> {
  const issuer = createTokenIssuer(testSecret, { now: () => new Date(Date.now() + seconds * 1000) });
  const { token } = await issuer.issue({ userId: person.id, tenantId: person.tenant, name: person.id }, 900);
  return { ...person, token, rest: server.rest(token) };
}

/** The code of the answer to a request that names a device. */
export async function askAs(person: Person, deviceId: string): Promise<string> {
  return codeOf(await person.rest.call("GET", "/devices", undefined, { "x-device-id": deviceId }));
}
