/** Prints a token for a user, and nothing else, so that it can be put into a variable. */
import { operations } from "@pipit/protocol/operations";
import { systemClock } from "../clock.ts";
import type { Config } from "../config.ts";
import { createTokenIssuer } from "../identity/issue-token.ts";
import { resolveSecrets } from "../identity/secrets.ts";
import { parseOptions } from "./parse-options.ts";
import { withServices } from "./with-services.ts";

type Options = { user: string; tenant: string; name?: string; expiresIn: string };

export async function printToken(config: Config, options: Options): Promise<void> {
  const given = { user_id: options.user, tenant_id: options.tenant, expires_in: Number(options.expiresIn) };
  const input = parseOptions(operations["admin.issueToken"].input, given);
  const subject = { tenantId: input.tenant_id, userId: input.user_id };
  await withServices(config, config.migrate, (services) => services.users.ensure({ ...subject, name: options.name }));
  const issuer = createTokenIssuer(resolveSecrets(config).jwt, systemClock);
  const { token } = await issuer.issue(subject, input.expires_in);
  process.stdout.write(`${token}\n`);
}
