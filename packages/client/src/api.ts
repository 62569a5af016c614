/** Every operation as a method, by the parts of its name: `api.messages.send({ … })`. */
import type { OperationName, Operations, Output, RawInput } from "@pipit/protocol/operations";
import type { Pagination } from "@pipit/protocol/scalars";
import type { Call, CallOptions } from "./connection/caller.ts";
import { doors } from "./doors.ts";

type Part<Name extends OperationName> = Name extends `${infer First}.${string}` ? First : never;
type Rest<Name extends OperationName, First extends string> = Name extends `${First}.${infer Last}` ? Last : never;

type Page<Name extends OperationName> = { items: Output<Name>; pagination: Pagination };
type Result<Name extends OperationName> = Operations[Name] extends { paged: true } ? Page<Name> : Output<Name>;

/** Calls the operation. @throws {PipitError} */
type Method<Name extends OperationName> =
  Record<never, never> extends RawInput<Name>
    ? (input?: RawInput<Name>, options?: CallOptions) => Promise<Result<Name>>
    : (input: RawInput<Name>, options?: CallOptions) => Promise<Result<Name>>;

export type Api = {
  [First in Part<OperationName>]: {
    [Last in Rest<OperationName, First>]: `${First}.${Last}` extends OperationName ? Method<`${First}.${Last}`> : never;
  };
};

export function createApi(call: Call): Api {
  const api: Record<string, Record<string, unknown>> = {};
  for (const name of Object.keys(doors) as OperationName[]) {
    const [first = "", last = ""] = name.split(".");
    api[first] ??= {};
    api[first][last] = async (input: RawInput<typeof name> = {} as never, options?: CallOptions) => {
      const { data, pagination } = await call(name, input, { ...options, isOverRest: true });
      return pagination === undefined ? data : { items: data, pagination };
    };
  }
  return api as Api;
}
