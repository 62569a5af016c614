/** The socket door as an AsyncAPI 3.0 document, made from the tables of operations and events. */
import { type EventName, events } from "../events.ts";
import { listOperations } from "../operations.ts";
import { type AsyncApiMessage, type AsyncApiOperation, toEmitted, toReceived } from "./async-api-operation.ts";
import { createSchemaSet, type JsonSchema } from "./schema-set.ts";
import { socketIntroduction } from "./socket-introduction.ts";
import { tagOf } from "./wording.ts";

export type AsyncApiOptions = {
  version: string;
  /** Where the server is. Without it, a local one. */
  serverUrl?: string;
};

type Reference = { $ref: string };
type Server = { host: string; pathname: string; protocol: "ws" | "wss"; description: string; security: Reference[] };
type Channel = { address: string; messages: Record<string, Reference> };

export type AsyncApiDocument = {
  asyncapi: "3.0.0";
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; url: string };
    tags: { name: string }[];
  };
  defaultContentType: string;
  servers: Record<string, Server>;
  channels: Record<string, Channel>;
  operations: Record<string, AsyncApiOperation>;
  components: {
    messages: Record<string, AsyncApiMessage>;
    schemas: Record<string, JsonSchema>;
    securitySchemes: Record<string, JsonSchema>;
  };
};

/** Every operation that has a socket door, with its answers, and every event that the server sends. */
export function toAsyncApi({ version, serverUrl = "http://localhost:3000" }: AsyncApiOptions): AsyncApiDocument {
  const schemas = createSchemaSet({ place: "#/components/schemas", target: "draft-07" });
  const entries = [
    ...listOperations().flatMap(({ name, operation }) =>
      operation.socket ? [toEmitted(name, operation, operation.socket, schemas)] : [],
    ),
    ...(Object.keys(events) as EventName[]).map((name) => toReceived(name, events[name], schemas)),
  ];
  const channels: Record<string, Channel> = {};
  for (const { event, messages } of entries) {
    const channel = channels[event] ?? { address: event, messages: {} };
    for (const { name } of messages) channel.messages[name] = { $ref: `#/components/messages/${name}` };
    channels[event] = channel;
  }
  const tags = new Set(listOperations().flatMap(({ name, operation }) => (operation.socket ? [tagOf(name)] : [])));
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Pipit socket events",
      version,
      description: socketIntroduction(),
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
      tags: [...tags, "Events"].map((name) => ({ name })),
    },
    defaultContentType: "application/json",
    servers: { pipit: toServer(new URL(serverUrl)) },
    channels,
    operations: Object.fromEntries(entries.map(({ id, operation }) => [id, operation])),
    components: {
      messages: Object.fromEntries(entries.flatMap(({ messages }) => messages).map((one) => [one.name, one])),
      schemas: schemas.named,
      securitySchemes: { userToken },
    },
  };
}

function toServer(url: URL): Server {
  return {
    host: url.host,
    pathname: "/socket.io/",
    protocol: url.protocol === "https:" ? "wss" : "ws",
    description: "Socket.IO 4 at its default path and namespace, websocket first.",
    security: [{ $ref: "#/components/securitySchemes/userToken" }],
  };
}

const userToken = {
  type: "http",
  scheme: "bearer",
  bearerFormat: "JWT",
  description: "A user's token, given in the handshake as `auth: { token, device_id? }`.",
};
