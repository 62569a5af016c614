/** The import law: which part of the project may import which. Tests may reach across, the product may not. */

const tests = "(\\.(test|fixture)\\.tsx?$|^(packages|examples)/[^/]+/test/)";
const feature = "^packages/server/src/features/([^/]+)/";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-cycle",
      comment:
        "Modules that load each other cannot be understood, or tested, alone. Imports of types alone do not count.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-unresolvable",
      comment: "Imports lead somewhere. What cannot be found cannot be checked either.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "protocol-imports-zod-only",
      comment: "The wire must load anywhere: in browsers, on phones, in a host product.",
      severity: "error",
      from: { path: "^packages/protocol/", pathNot: tests },
      to: { pathNot: ["^packages/protocol/", "^node_modules/zod/"] },
    },
    ...["server", "client", "react", "web", "bench"].map(onlyImportsBelow),
    {
      name: "packages-by-name",
      comment: "Another package is imported by its name, through what it exports, never by a path into it.",
      severity: "error",
      from: { path: "^(packages|examples)/([^/]+)/", pathNot: tests },
      to: { path: "^(packages|examples)/", pathNot: "^$1/$2/", dependencyTypesNot: ["aliased-workspace"] },
    },
    {
      name: "features-meet-at-their-doors",
      comment:
        "Of another feature, only its doors `<name>-access.ts` and subscribers `on-<event>.ts`: then each can be changed, or deleted, alone.",
      severity: "error",
      from: { path: feature, pathNot: tests },
      to: {
        path: feature,
        pathNot: ["^packages/server/src/features/$1/", `${feature}[^/]+-access\\.ts$`, `${feature}on-[^/]+\\.ts$`],
      },
    },
    {
      name: "features-know-no-door",
      comment:
        "A use-case does not know whether it was reached over REST or over a socket, nor in which program it runs.",
      severity: "error",
      from: { path: feature, pathNot: tests },
      to: { path: "^packages/server/src/((http|sockets)/|(main|app|pipit)\\.ts$)" },
    },
    {
      name: "tests-are-not-imported",
      comment: "Nothing that is not a test depends on one.",
      severity: "error",
      from: { pathNot: tests },
      to: { path: tests },
    },
  ],
  options: {
    // TypeScript 7 has no compiler interface to read sources with.
    parser: "swc",
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|generated|coverage)/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".cjs", ".json", ".d.ts"],
    },
  },
};

/** protocol ← client ← react ← web, and protocol ← server: a package may import what stands before it.
 * @param {string} name */
function onlyImportsBelow(name) {
  /** @type {Record<string, string[]>} */
  const below = {
    server: ["protocol"],
    client: ["protocol"],
    react: ["protocol", "client"],
    web: ["protocol", "client", "react"],
    bench: ["protocol", "client"],
  };
  return {
    name: `${name}-imports-below`,
    comment: `packages/${name} may import of the other packages only: ${below[name]?.join(", ")}.`,
    severity: /** @type {const} */ ("error"),
    from: { path: `^packages/${name}/`, pathNot: tests },
    to: { path: "^packages/", pathNot: [name, ...(below[name] ?? [])].map((other) => `^packages/${other}/`) },
  };
}
