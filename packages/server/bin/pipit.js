#!/usr/bin/env node
// The source is TypeScript, which Node runs as it is from version 24 on.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    `pipit needs Node 24 and runs under ${process.version}. In the checkout, "npm start" and "npx pipit" bring it.`,
  );
  process.exit(1);
}
const { main } = await import("../src/cli/main.ts");
await main(process.argv);
