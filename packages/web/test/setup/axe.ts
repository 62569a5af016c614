/** What axe finds wrong on a screen, for those who use it by keyboard, by ear or with other colours. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** @throws when it finds something serious or critical */
export async function checkAccess(page: Page, name: string): Promise<void> {
  // The page's own scripts are bound by its policy; what a debugger evaluates is not.
  await page.evaluate(source);
  const { violations } = await page.evaluate<AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
  const grave = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
  if (grave.length > 0) throw new Error(`axe on ${name}: ${grave.join("\n")}`);
}
