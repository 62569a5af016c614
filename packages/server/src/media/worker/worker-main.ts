/** A media worker: reads jobs on standard input, one a line, and answers each on standard output. */
import { readLines } from "../read-lines.ts";
import { type Answer, type Job, maxLineBytes, toolsSchema } from "../worker-messages.ts";
import { doJob } from "./do-job.ts";
import { prepareSharp } from "./pictures/open-picture.ts";

const tools = toolsSchema.parse(JSON.parse(process.argv[2] ?? ""));

prepareSharp();
// Who ends a worker is the server: a stop of the whole service must not look as if the file had done it.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => {});
// The server is gone; what we run must not outlive it, and we are the leader of its process group.
process.stdin.on("end", () => process.kill(-process.pid, "SIGKILL"));
readLines(process.stdin, {
  maxBytes: maxLineBytes,
  onLine: (line) => void doJob(JSON.parse(line) as Job, tools).then(say),
  onOverflow: () => process.exit(1),
});
say({ answer: "ready" });

function say(answer: Answer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
