/** The size caps: no file and no function outgrows them, save those that the list of exceptions names. */
import { measureFunctions } from "./measure-functions.ts";
import { isTestFile, type SourceFile } from "./source-files.ts";

const caps = { file: 400, testFile: 500, function: 60, component: 150 };

/** Something over its cap, allowed up to `lines`. Without a function it is the whole file. */
export type SizeException = { path: string; function?: string; lines: number; reason: string };

/** A file or function, its length, and the cap that holds for it. */
type Measure = { path: string; function?: string; line: number; lines: number; cap: number };

/** What is wrong, one sentence each: things over their cap, and exceptions that have become needless. */
export function checkSizes(files: SourceFile[], exceptions: SizeException[]): string[] {
  const tooLong = files.flatMap(measureFile).filter(({ lines, cap }) => lines > cap);
  const forbidden = tooLong.filter((measure) => !exceptions.some((exception) => covers(exception, measure)));
  const needless = exceptions.filter((exception) => !tooLong.some((measure) => isSame(exception, measure)));
  return [
    ...forbidden.map(({ path, line, lines, cap, ...rest }) => {
      return `${path}:${line} ${rest.function ?? "the file"} has ${lines} lines; the cap is ${cap}`;
    }),
    ...needless.map((exception) => `${nameOf(exception)} keeps its cap now: take it off the list of exceptions`),
  ];
}

/** Where a list of exceptions grew from one version to the next: entries added, or allowed more lines. */
export function checkShrinks(before: SizeException[], after: SizeException[]): string[] {
  return after
    .filter((entry) => !before.some((old) => isSame(old, entry) && old.lines >= entry.lines))
    .map((entry) => `${nameOf(entry)}: the list of exceptions only shrinks; make it shorter instead`);
}

function measureFile(file: SourceFile): Measure[] {
  const { path, source } = file;
  const lines = source.replace(/\n$/, "").split("\n").length;
  const functions = measureFunctions(file).map(({ name, ...measure }) => {
    const isComponent = path.endsWith(".tsx") && /^[A-Z]/.test(name);
    return { path, function: name, ...measure, cap: isComponent ? caps.component : caps.function };
  });
  return [{ path, line: 1, lines, cap: isTestFile(path) ? caps.testFile : caps.file }, ...functions];
}

function covers(exception: SizeException, measure: Measure): boolean {
  return isSame(exception, measure) && measure.lines <= exception.lines;
}

function isSame(one: { path: string; function?: string }, other: { path: string; function?: string }): boolean {
  return one.path === other.path && one.function === other.function;
}

function nameOf({ path, function: name }: SizeException): string {
  return name ? `${path} ${name}` : path;
}
