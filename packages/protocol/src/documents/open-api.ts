/** The REST door as an OpenAPI 3.1 document, made from the table of operations. */
import { listOperations } from "../operations.ts";
import { mediaPaths } from "./media-paths.ts";
import { failureResponses } from "./open-api-failures.ts";
import { type OpenApiOperation, type OpenApiParameter, toRestOperation } from "./open-api-operation.ts";
import { restIntroduction } from "./rest-introduction.ts";
import { createSchemaSet, type JsonSchema } from "./schema-set.ts";
import { sitePaths } from "./site-paths.ts";
import { tagOf } from "./wording.ts";

export type OpenApiOptions = {
  version: string;
  /** Where the server is. Without it, where the document came from. */
  serverUrl?: string;
};

export type OpenApiDocument = {
  openapi: "3.1.0";
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } };
  servers: { url: string }[];
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    responses: Record<string, JsonSchema>;
    parameters: Record<string, OpenApiParameter>;
    securitySchemes: Record<string, JsonSchema>;
  };
};

/** Every operation that has a REST door, and the few paths at the server's root. */
export function toOpenApi({ version, serverUrl = "/" }: OpenApiOptions): OpenApiDocument {
  const schemas = createSchemaSet({ place: "#/components/schemas", target: "draft-2020-12" });
  const responses = failureResponses(schemas);
  const paths: OpenApiDocument["paths"] = {};
  const tags = new Set<string>();
  for (const { name, operation } of listOperations()) {
    if (!operation.rest) continue;
    const { path, method, entry } = toRestOperation(name, operation, operation.rest, { schemas, responses });
    paths[path] = { ...paths[path], [method]: entry };
    tags.add(tagOf(name));
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Pipit REST API",
      version,
      description: restIntroduction(),
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: serverUrl }],
    tags: [...[...tags].map((name) => ({ name })), siteTag],
    paths: { ...paths, ...mediaPaths("Media", responses), ...sitePaths(siteTag.name) },
    components: {
      schemas: sortByName(schemas.named),
      responses: sortByName(responses.named),
      parameters: { DeviceId: deviceId },
      securitySchemes,
    },
  };
}

const siteTag = { name: "Server", description: "What those who run or explore the server ask it." };

const deviceId: OpenApiParameter = {
  name: "X-Device-Id",
  in: "header",
  required: false,
  description: "The installation that calls.",
  schema: { type: "string", minLength: 1, maxLength: 64 },
};

const securitySchemes: Record<string, JsonSchema> = {
  userToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "A user's token: from the host product, from `/api/auth/*`, or issued with the admin key.",
  },
  adminKey: { type: "http", scheme: "bearer", description: "The server's `PIPIT_ADMIN_KEY`. For servers only." },
};

function sortByName<Value>(record: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
