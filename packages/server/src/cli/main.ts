/** The command line: `pipit start`, and what else those who run a server need. */
import { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { findRedis } from "../cluster/find-redis.ts";
import { startCluster } from "../cluster/start-cluster.ts";
import { type Config, ConfigError, readConfig } from "../config.ts";
import { toDemoConfig } from "../demo/demo-config.ts";
import { backUpNow } from "./back-up-now.ts";
import { checkConfig, describeSettings } from "./check-config.ts";
import { migrateNow } from "./migrate-now.ts";
import { parseNodeCount } from "./parse-node-count.ts";
import { printToken } from "./print-token.ts";
import { renewNow, restoreNow } from "./restore-now.ts";
import { saveUser } from "./save-user.ts";
import { start } from "./start.ts";
import { sweepNow } from "./sweep-now.ts";

/** Runs a command line; problems end the process with a sentence, not with a stack. */
export async function main(argv: string[]): Promise<void> {
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : explain(error)}\n`);
    process.exitCode = 1;
  }
}

function createProgram(): Command {
  const program = new Command("pipit")
    .description("A chat server that a team hosts itself and embeds in its own product.")
    .version(manifest.version)
    .addHelpText("after", () => `\nSettings are environment variables:\n${describeSettings()}`);
  program
    .command("start", { isDefault: true })
    .description("start the server, with an embedded PostgreSQL unless DATABASE_URL is set")
    .option("--demo", "start a furnished demo that anybody at this machine may enter as anyone, with data of its own")
    .option("--cluster <nodes>", "run so many nodes on this machine, with a balancer before them", parseNodeCount)
    .action(async ({ demo, cluster }: { demo?: true; cluster?: number }) => {
      const config = readSettings(demo);
      await (cluster === undefined ? start(config) : startCluster(config, cluster));
    });
  program
    .command("migrate")
    .description("bring the database up to date and stop")
    .action(() => migrateNow(readSettings()));
  program
    .command("token")
    .description("print a token for a user, who is made if need be")
    .requiredOption("--user <id>", "the user's id")
    .option("--tenant <id>", "the user's tenant", "default")
    .option("--name <name>", "the user's name, if the user is new")
    .option("--expires-in <seconds>", "how long the token lives", "86400")
    .action((options) => printToken(readSettings(), options));
  program
    .command("user")
    .description("make a user, or set what is given of one")
    .requiredOption("--id <id>", "the user's id")
    .option("--tenant <id>", "the user's tenant", "default")
    .option("--name <name>", "the user's name")
    .option("--role <role>", "user, moderator or admin")
    .option("--avatar-url <url>", "the address of the user's picture")
    .action((options) => saveUser(readSettings(), options));
  program
    .command("media")
    .description("look after stored media")
    .command("sweep")
    .description("remove uploads that were never confirmed and objects that belong to nothing, once they are a day old")
    .option("--dry-run", "only say what would be removed")
    .action((options) => sweepNow(readSettings(), options));
  addBackupCommands(program);
  program
    .command("check-config")
    .description("check the settings and print those in force, without secrets")
    .action(() => checkConfig(readSettings()));
  program
    .command("find-redis")
    .description("print the path of a redis-server that is new enough, fetched from the system's packages if need be")
    .action(async () => {
      process.stdout.write(`${await findRedis()}\n`);
    });
  return program;
}

function addBackupCommands(program: Command): void {
  program
    .command("backup")
    .description("write the database, as it is at this moment, into a new folder; servers go on meanwhile")
    .argument("<folder>", "must not be there yet; half of a backup has its name with .part behind it")
    .action((folder: string) => backUpNow(readSettings(), folder));
  program
    .command("restore")
    .description("load a backup into an empty database, all of it or nothing; all servers must be stopped")
    .argument("<folder>", "what pipit backup wrote")
    .option("--force", "remove all tables that Pipit has in the database first, and say which")
    .option("--check", "only look whether the backup is whole; the database is not touched")
    .action((folder: string, options) => restoreNow(readSettings(), folder, options));
  program
    .command("renew-cursors")
    .description(
      "after a restore by other means (pg_restore, a snapshot, a point in time): have every device load anew",
    )
    .action(() => renewNow(readSettings()));
}

/** A demo's settings are its own for all commands. */
function readSettings(isDemo = false): Config {
  const config = readConfig();
  return isDemo || config.demo ? toDemoConfig(config) : config;
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `pipit: ${error.message}${cause}`;
}
