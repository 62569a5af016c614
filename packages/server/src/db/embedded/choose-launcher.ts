/** Chooses how to start PostgreSQL's programs so that they can reach themselves and their data. */
import type { Binaries } from "./find-binaries.ts";
import type { SystemUser } from "./find-system-user.ts";
import { type Launch, runProgram } from "./run-program.ts";

export type Launcher = (program: string, ...args: string[]) => Launch;

type Candidate = { name: string; launcher: Launcher };

/**
 * The launcher with the fewest privileges that works: each is tried by letting initdb look around, which enters the
 * directories and finds the server program and its files, but writes nothing. Trying is surer than reading permission bits.
 * @throws when none works, with what each one said.
 */
export async function chooseLauncher(
  binaries: Binaries,
  user: SystemUser | undefined,
  directories: string[],
): Promise<Launcher> {
  const failures: string[] = [];
  for (const { name, launcher } of listCandidates(user)) {
    const failure = await findFailure(launcher, binaries, directories);
    if (failure === undefined) return launcher;
    failures.push(`${name}: ${failure}`);
  }
  throw new Error(explain(user, directories, failures));
}

function listCandidates(user: SystemUser | undefined): Candidate[] {
  if (user === undefined) return [{ name: "as is", launcher: (command, ...args) => ({ command, args }) }];
  return [
    { name: `as user ${user.uid}`, launcher: (command, ...args) => ({ command, args, ...user }) },
    toCapable(user, "dac_read_search"),
    // Containers are often given this one but not the other.
    toCapable(user, "dac_override"),
  ];
}

/**
 * When the checkout or the data lie below a directory that is closed to the user (such as /root), the user alone can't
 * reach them: it is left one capability of root's. PostgreSQL asks access(2) about its own program, and the kernel ignores
 * the capabilities of ordinary users there unless no_setuid_fixup is set.
 */
function toCapable(user: SystemUser, capability: string): Candidate {
  const options = [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    "--clear-groups",
    `--inh-caps=-all,+${capability}`,
    `--ambient-caps=-all,+${capability}`,
    `--bounding-set=-all,+${capability}`,
    "--securebits=+no_setuid_fixup",
    "--no-new-privs",
    "--",
  ];
  const launcher: Launcher = (program, ...args) => ({ command: "setpriv", args: [...options, program, ...args] });
  return { name: `setpriv with ${capability}`, launcher };
}

async function findFailure(launcher: Launcher, binaries: Binaries, directories: string[]): Promise<string | undefined> {
  const script = 'for directory; do cd "$directory" || exit 1; done; exec "$0" --show -D ./new -U pipit';
  try {
    await runProgram(launcher("/bin/sh", "-c", script, binaries.initdb, ...directories), { timeoutMs: 20_000 });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function explain(user: SystemUser | undefined, directories: string[], failures: string[]): string {
  const advice =
    user === undefined
      ? "Run the server as a user that /etc/passwd knows, on a system with glibc, or set DATABASE_URL to a PostgreSQL of your own."
      : `Run the server as an ordinary user, install setpriv (util-linux), or put Pipit and its PIPIT_DATA_DIR where user ${user.uid} can reach them (not below /root).`;
  return `The embedded PostgreSQL can't be run on ${directories.join(" and ")}.\n${failures.join("\n")}\n${advice}`;
}
