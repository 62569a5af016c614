/** The documents made from the tables: judged by independent parsers, and compared with the tables. */
import { Parser } from "@asyncapi/parser";
import { toAsyncApi } from "@pipit/protocol/documents/async-api";
import { toOpenApi } from "@pipit/protocol/documents/open-api";
import { restPrefix } from "@pipit/protocol/documents/open-api-operation";
import { errorCodes } from "@pipit/protocol/errors";
import { events } from "@pipit/protocol/events";
import { commonErrors } from "@pipit/protocol/operation";
import { listOperations } from "@pipit/protocol/operations";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";

const options = { version: "1.2.3", serverUrl: "https://chat.example.org" };
const copy = (document: object): Record<string, unknown> => JSON.parse(JSON.stringify(document));

describe("the OpenAPI document", () => {
  const document = toOpenApi(options);
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, entry]) => ({ door: `${method.toUpperCase()} ${path}`, entry })),
  );
  const withRest = listOperations().flatMap(({ name, operation }) =>
    operation.rest ? [{ name, operation, rest: operation.rest }] : [],
  );

  it("is valid OpenAPI 3.1 to an independent validator", async () => {
    const validator = new Validator();
    const result = await validator.validate(copy(document));
    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
  });

  it("has every REST door once, under the operation's name", () => {
    const wanted = [
      ...withRest.map(({ name, rest }) => [name, door(rest.method, rest.path)]),
      ["media.download", door("GET", "/media/:upload_id/file")],
    ];
    const found = entries
      .filter(({ door }) => door.includes(restPrefix))
      .map(({ door, entry }) => [entry.operationId, door]);
    expect(found.sort()).toEqual(wanted.sort());
    expect(new Set(entries.map(({ entry }) => entry.operationId)).size).toBe(entries.length);
  });

  it.each(withRest)("says of $name where each input field goes, who may call, and every status", (row) => {
    const entry =
      document.paths[restPrefix + row.rest.path.replace(/:(\w+)/g, "{$1}")]?.[row.rest.method.toLowerCase()];
    const parameters = (entry?.parameters ?? []).flatMap((one) => ("name" in one ? [one] : []));
    const body = Object.keys(entry?.requestBody?.content["application/json"].schema.properties ?? {});
    expect([...parameters.map(({ name }) => row.operation.rest?.rename?.[name] ?? name), ...body].sort()).toEqual(
      Object.keys(row.operation.input.shape).sort(),
    );
    expect(parameters.filter((one) => one.in === "path").map(({ name }) => `:${name}`)).toEqual(
      row.rest.path.match(/:\w+/g) ?? [],
    );
    expect(entry?.security).toEqual([{ [row.operation.access === "service" ? "adminKey" : "userToken"]: [] }]);
    const statuses = [...row.operation.errors, ...commonErrors].map((code) => String(errorCodes[code].status));
    expect(Object.keys(entry?.responses ?? {})).toEqual(
      expect.arrayContaining([String(row.rest.status ?? 200), ...statuses]),
    );
  });

  it("names the models, and refers to nothing that is not there", () => {
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(["Message", "Room", "Failure"]));
    expect(findDangling(document)).toEqual([]);
  });
});

describe("the AsyncAPI document", () => {
  const document = toAsyncApi(options);
  const withSocket = listOperations().flatMap(({ name, operation }) =>
    operation.socket ? [{ name, socket: operation.socket }] : [],
  );

  it("is valid AsyncAPI 3.0 to an independent parser", async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(JSON.stringify(document));
    // Advice to use the newest version of AsyncAPI is not a fault.
    expect(diagnostics.filter(({ code }) => code !== "asyncapi-latest-version")).toEqual([]);
    expect(parsed?.version()).toBe("3.0.0");
    expect(parsed?.operations().length).toBe(withSocket.length + Object.keys(events).length);
  });

  it("has every socket door once, with the acknowledgement, the reply and the failure", () => {
    const received = Object.entries(document.operations).filter(([, { action }]) => action === "receive");
    const found = received.map(([id, { title, reply }]) => [id, title, ...(reply?.messages ?? []).map(titleOf)]);
    const wanted = withSocket.map(({ name, socket: { event, reply, error } }) => [
      name,
      event,
      `acknowledgement of ${event}`,
      ...(reply === null ? [] : [reply]),
      error,
    ]);
    expect(found.sort()).toEqual(wanted.sort());
  });

  it("has every event of the server once", () => {
    const sent = Object.values(document.operations).filter(({ action }) => action === "send");
    expect(sent.map(({ title }) => title).sort()).toEqual(Object.keys(events).sort());
    expect(sent.flatMap(({ messages }) => messages.map(titleOf)).sort()).toEqual(Object.keys(events).sort());
  });

  it("gives every message a name of its own, though a reply may be called like an event", () => {
    const messages = Object.values(document.components.messages);
    const replies = withSocket.filter(({ socket }) => socket.reply !== null);
    expect(messages.length).toBe(withSocket.length * 3 + replies.length + Object.keys(events).length);
    expect(new Set(messages.map(({ name }) => name)).size).toBe(messages.length);
    expect(messages.filter(({ title }) => title === "group:left").length).toBeGreaterThan(1);
  });

  it("refers to nothing that is not there", () => {
    expect(findDangling(document)).toEqual([]);
  });

  function titleOf({ $ref }: { $ref: string }): string | undefined {
    return document.components.messages[$ref.split("/").at(-1) ?? ""]?.title;
  }
});

function door(method: string, path: string): string {
  return `${method} ${restPrefix}${path.replace(/:(\w+)/g, "{$1}")}`;
}

function findDangling(document: object): string[] {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = ""]) => path);
  return references.filter((path) => {
    let place: unknown = document;
    for (const step of path.split("/")) place = (place as Record<string, unknown> | undefined)?.[step];
    return place === undefined;
  });
}
