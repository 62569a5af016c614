#!/usr/bin/env -S node --max-semi-space-size=32
// The flag bounds what V8 keeps for young objects. Left to itself it keeps so much on large machines that thousands of
// handshakes cost ten kilobytes more for each idle socket, for as long as the server lives.
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
