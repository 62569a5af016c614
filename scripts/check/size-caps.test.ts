import { describe, expect, test } from "vitest";
import { checkShrinks, checkSizes } from "./size-caps.ts";

const statements = (count: number) => "  work();\n".repeat(count);

describe("size caps", () => {
  test.each([
    ["a function", `function long() {\n${statements(59)}}\n`, "long"],
    ["an arrow function", `export const long = () => {\n${statements(59)}};\n`, "long"],
    ["a method", `class Queue {\n  async drain() {\n${statements(59)}}\n}\n`, "drain"],
    ["a property of an object", `const table = {\n  send: () => {\n${statements(59)}} };\n`, "send"],
    ["a callback", `each((item) => {\n${statements(59)}});\n`, "anonymous"],
  ])("%s of 61 lines is refused, by name and line", (_what, source, name) => {
    const problems = checkSizes([{ path: "packages/server/src/a.ts", source: `const first = 1;\n${source}` }], []);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^packages/server/src/a\\.ts:[23] ${name} has 61 lines; the cap is 60$`));
  });

  test("a function of 60 lines with types, decoys in strings and comments passes", () => {
    const source = `function f<T>(x: T): T {\n  const s = "function long() {"; // {\n${statements(57)}}\n`;
    expect(checkSizes([{ path: "packages/server/src/a.ts", source }], [])).toEqual([]);
  });

  test("a file over 400 lines is refused; a test file may have 500", () => {
    const source = "work();\n".repeat(401);
    const [problem, ...others] = checkSizes(
      [
        { path: "packages/server/src/a.ts", source },
        { path: "packages/server/src/a.test.ts", source },
        { path: "packages/server/test/server-process.ts", source },
      ],
      [],
    );
    expect(problem).toBe("packages/server/src/a.ts:1 the file has 401 lines; the cap is 400");
    expect(others).toEqual([]);
  });

  test("a component may have 150 lines, another function of its file 60", () => {
    const body = statements(100);
    const source = `export function Composer() {\n${body}  return <b />;\n}\nfunction helper() {\n${body}}\n`;
    const problems = checkSizes([{ path: "packages/web/src/composer.tsx", source }], []);
    expect(problems).toEqual(["packages/web/src/composer.tsx:104 helper has 102 lines; the cap is 60"]);
  });

  test("a describe may be long in a test file, a single test may not", () => {
    const long = `describe.each([1])("a", () => {\n${statements(70)}});\ntest("b", () => {\n${statements(70)}});\n`;
    const problems = checkSizes([{ path: "packages/server/src/a.test.ts", source: long }], []);
    expect(problems).toEqual(["packages/server/src/a.test.ts:73 anonymous has 72 lines; the cap is 60"]);
  });

  test("a file that cannot be parsed is an error, not a pass", () => {
    expect(() => checkSizes([{ path: "a.ts", source: "function (" }], [])).toThrow(/^a\.ts: /);
  });
});

describe("exceptions to the size caps", () => {
  const file = { path: "packages/server/src/a.ts", source: "work();\n".repeat(450) };
  const exception = { path: file.path, lines: 450, reason: "frozen migration" };

  test("a listed file passes up to its listed size", () => {
    expect(checkSizes([file], [exception])).toEqual([]);
    expect(checkSizes([file], [{ ...exception, lines: 449 }])).toHaveLength(1);
  });

  test("a listed function does not excuse its file, nor another function", () => {
    const source = `function a() {\n${statements(70)}}\nfunction b() {\n${statements(70)}}\n`;
    const problems = checkSizes([{ path: file.path, source }], [{ ...exception, function: "a", lines: 80 }]);
    expect(problems).toEqual([`${file.path}:73 b has 72 lines; the cap is 60`]);
  });

  test("an exception that is no longer needed has to go", () => {
    const short = { ...file, source: "work();\n" };
    expect(checkSizes([short], [exception])).toEqual([expect.stringContaining("take it off the list")]);
  });

  test("the list shrinks from version to version and never grows", () => {
    const other = { ...exception, path: "packages/server/src/b.ts" };
    expect(checkShrinks([exception, other], [{ ...exception, lines: 420 }])).toEqual([]);
    expect(checkShrinks([exception], [exception, other])).toEqual([expect.stringContaining("b.ts")]);
    expect(checkShrinks([exception], [{ ...exception, lines: 451 }])).toHaveLength(1);
  });
});
