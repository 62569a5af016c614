/** Makes a user, or sets what is given of one. */
import { operations } from "@pipit/protocol/operations";
import type { Config } from "../config.ts";
import { changeUser } from "../features/users/users-access.ts";
import { parseOptions } from "./parse-options.ts";
import { withServices } from "./with-services.ts";

type Options = { id: string; tenant: string; name?: string; role?: string; avatarUrl?: string };

export async function saveUser(config: Config, options: Options): Promise<void> {
  const given = { user_id: options.id, tenant_id: options.tenant, name: options.name, role: options.role };
  const input = parseOptions(operations["admin.upsertUser"].input, { ...given, avatar_url: options.avatarUrl });
  const key = { tenantId: input.tenant_id, userId: input.user_id };
  const user = await withServices(config, config.migrate, async (services) => {
    await services.users.ensure({ ...key, name: input.name, role: input.role });
    return changeUser(services, key, input);
  });
  process.stdout.write(`${JSON.stringify(user, undefined, 2)}\n`);
}
