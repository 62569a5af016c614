/** What goes over a socket: an event that a client emits with its answers, and an event that the server sends. */
import type { EventName, Events } from "../events.ts";
import { commonErrors, type Operation, type SocketDoor } from "../operation.ts";
import type { OperationName } from "../operations.ts";
import { eventExamples, examples } from "./examples.ts";
import { bareFailure, codes, exampleBareFailure, failure } from "./failure.ts";
import { exampleSuccess, toPage, toSuccessEnvelope } from "./open-api-operation.ts";
import type { JsonSchema, SchemaSet } from "./schema-set.ts";
import { describeAccess, headline, tagOf } from "./wording.ts";

/** `name` is its own in the document; `title` is the event that carries it. */
export type AsyncApiMessage = {
  name: string;
  title: string;
  summary: string;
  payload: JsonSchema;
  examples?: { name: string; payload: unknown }[];
};

type Reference = { $ref: string };

export type AsyncApiOperation = {
  action: "send" | "receive";
  channel: Reference;
  title: string;
  summary: string;
  description: string;
  tags: { name: string }[];
  messages: Reference[];
  reply?: { channel: Reference; messages: Reference[] };
};

/** What the document gains by one event: a channel named after it, an operation on that channel, and messages. */
export type Entry = { event: string; id: string; operation: AsyncApiOperation; messages: AsyncApiMessage[] };

/** An operation: the server receives it, and answers. */
export function toEmitted(name: OperationName, operation: Operation, door: SocketDoor, schemas: SchemaSet): Entry {
  const example: { input: Record<string, unknown>; data: unknown } | undefined = examples[name];
  const request: AsyncApiMessage = {
    name,
    title: door.event,
    summary: "What the client emits.",
    payload: schemas.render(operation.input, "input"),
    ...toExamples(example?.input),
  };
  const replies = toReplies(name, operation, door, schemas, example?.data);
  return {
    event: door.event,
    id: name,
    messages: [request, ...replies],
    operation: {
      action: "receive",
      ...onChannel(door.event),
      title: door.event,
      summary: headline(operation.summary),
      description: [operation.summary, describeAccess(operation)].join("\n\n"),
      tags: [{ name: tagOf(name) }],
      messages: refer(door.event, [request]),
      reply: { ...onChannel(door.event), messages: refer(door.event, replies) },
    },
  };
}

function toReplies(
  name: OperationName,
  operation: Operation,
  door: SocketDoor,
  schemas: SchemaSet,
  data: unknown,
): AsyncApiMessage[] {
  const refusal = schemas.render(failure, "output");
  const possible = codes.filter((code) => [...commonErrors, ...operation.errors].includes(code));
  const listed = possible.map((code) => `\`${code}\``).join(", ");
  return [
    {
      name: `${name}.ack`,
      title: `acknowledgement of ${door.event}`,
      summary: "Given to the acknowledgement callback, if the client passed one: the same envelope as over REST.",
      payload: { oneOf: [toSuccessEnvelope(operation, schemas), refusal] },
      ...toExamples(data === undefined ? undefined : exampleSuccess(operation, data)),
    },
    ...toReply(name, operation, door, schemas, data),
    {
      name: `${name}.error`,
      title: door.error,
      summary: `Emitted to the client that passed no callback, when the operation fails: ${listed}.`,
      payload: { allOf: [schemas.render(bareFailure, "output"), { properties: { code: { enum: possible } } }] },
      ...toExamples(exampleBareFailure(operation.errors[0] ?? "invalid_request")),
    },
  ];
}

function toReply(
  name: OperationName,
  operation: Operation,
  door: SocketDoor,
  schemas: SchemaSet,
  data: unknown,
): AsyncApiMessage[] {
  if (door.reply === null) return [];
  const title = door.reply;
  if (door.isWholePage) {
    const summary = "Emitted to the client that passed no callback: the data, with where the next page begins.";
    return [{ name: `${name}.reply`, title, summary, payload: toPage(operation, schemas) }];
  }
  const summary = "Emitted to the client that passed no callback: the bare data.";
  const payload = schemas.render(operation.output, "output");
  return [{ name: `${name}.reply`, title, summary, payload, ...toExamples(data) }];
}

const audiences: Record<Events[EventName]["audience"], string> = {
  members: "the room's members, on all their devices",
  user: "the user in question, on all their devices",
  device: "one device of the user's",
  socket: "one socket",
  subscribers: "sockets that asked for it by `presence:subscribe`, as far as their users may know",
};

/** An event: the server sends it. */
export function toReceived(name: EventName, definition: Events[EventName], schemas: SchemaSet): Entry {
  const message: AsyncApiMessage = {
    name: `event.${name.replaceAll(":", ".")}`,
    title: name,
    summary: definition.summary,
    payload: schemas.render(definition.payload, "output"),
    ...toExamples(eventExamples[name]),
  };
  return {
    event: name,
    id: message.name,
    messages: [message],
    operation: {
      action: "send",
      ...onChannel(name),
      title: name,
      summary: headline(definition.summary),
      description: [definition.summary, `**Sent to:** ${audiences[definition.audience]}.`].join("\n\n"),
      tags: [{ name: "Events" }],
      messages: refer(name, [message]),
    },
  };
}

function onChannel(event: string): { channel: Reference } {
  return { channel: { $ref: `#/channels/${event}` } };
}

function refer(event: string, messages: AsyncApiMessage[]): Reference[] {
  return messages.map(({ name }) => ({ $ref: `#/channels/${event}/messages/${name}` }));
}

function toExamples(payload: unknown): Pick<AsyncApiMessage, "examples"> {
  return payload === undefined ? {} : { examples: [{ name: "typical", payload }] };
}
