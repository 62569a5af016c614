/** Renders zod schemas as JSON Schema; those that have a name are kept once, and referred to. */
import { z } from "zod";

export type JsonSchema = { [keyword: string]: unknown };

/** `input` is what a client may send, `output` what it gets. */
export type Direction = "input" | "output";

export type SchemaSet = {
  /** A schema to put in a document: a reference, if it has a name. */
  render(schema: z.ZodType, direction: Direction): JsonSchema;
  /** The named schemas that were rendered so far. */
  named: Record<string, JsonSchema>;
};

export type SchemaSetOptions = {
  /** Where the document keeps its named schemas. */
  place: string;
  target: "draft-2020-12" | "draft-07";
  /** Leaves descriptions out. */
  bare?: boolean;
};

export function createSchemaSet({ place, target, bare = false }: SchemaSetOptions): SchemaSet {
  const named: Record<string, JsonSchema> = {};
  const keep = (name: string, rendered: JsonSchema) => {
    const known = named[name];
    if (known && JSON.stringify(known) !== JSON.stringify(rendered)) {
      throw new Error(`Schema ${name} differs as input and as output: give the input a schema of its own.`);
    }
    named[name] = rendered;
  };
  return {
    named,
    render(schema, direction) {
      // Inside another schema, a named one is rendered as a reference.
      const outer: JsonSchema = z.toJSONSchema(z.object({ schema }), {
        io: direction,
        target,
        override: ({ jsonSchema }) => tidy(jsonSchema, bare),
      });
      const { properties, $defs, definitions } = moveReferences(outer, place) as RenderedObject;
      for (const [name, rendered] of Object.entries($defs ?? definitions ?? {})) keep(name, rendered);
      return properties.schema;
    },
  };
}

type RenderedObject = {
  properties: { schema: JsonSchema };
  $defs?: Record<string, JsonSchema>;
  definitions?: Record<string, JsonSchema>;
};

const dateFormats = new Set(["date-time", "date", "time"]);

/** Takes out what would mislead or tire a reader: bounds of JavaScript's own, and what `format` says already. */
function tidy(schema: JsonSchema, bare: boolean): void {
  // Later versions may add fields, which clients must not refuse.
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (typeof schema.format === "string" && dateFormats.has(schema.format)) delete schema.pattern;
  if (bare) delete schema.description;
}

function moveReferences(schema: JsonSchema, place: string): unknown {
  return JSON.parse(JSON.stringify(schema), (key, value) =>
    key === "$ref" && typeof value === "string" ? value.replace(/^#\/(\$defs|definitions)/, place) : value,
  );
}
