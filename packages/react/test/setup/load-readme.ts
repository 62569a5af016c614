/** The README's example as a module, so that what it promises can be tried. */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { transformSync } from "esbuild";

const readme = new URL("../../README.md", import.meta.url);
/** No file is there: its imports are found as if it were. */
const place = new URL("./readme-example.mjs", import.meta.url).href;

/** @param replace puts in place what differs from one app to another */
export async function loadReadmeExample(replace: (code: string) => string): Promise<Record<string, unknown>> {
  const [, code = ""] = /```tsx\n(.*?)```/s.exec(readFileSync(readme, "utf8")) ?? [];
  const source = transformSync(replace(code), { loader: "tsx", jsx: "automatic", format: "esm" }).code;
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      specifier === place ? { url: place, format: "module", shortCircuit: true } : next(specifier, context),
    load: (url, context, next) =>
      url === place ? { format: "module", source, shortCircuit: true } : next(url, context),
  });
  try {
    return await import(place);
  } finally {
    hooks.deregister();
  }
}
