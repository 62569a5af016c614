/** Listens where the settings say. */
import type { Server } from "node:net";
import type { Config } from "../config.ts";

/** @throws {Error} saying what to do, when the port can't be had */
export function listen(server: Server, config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(explainListen(error, config));
    server.once("error", fail);
    server.listen(
      { port: config.port, ...(config.host === undefined ? {} : { host: config.host }), exclusive: true },
      () => {
        server.off("error", fail);
        resolve();
      },
    );
  });
}

function explainListen(error: NodeJS.ErrnoException, config: Config): Error {
  if (error.code === "EADDRINUSE") {
    return new Error(
      `Port ${config.port} is taken. Stop what uses it, or choose another: PORT=${config.port + 1} npm start`,
    );
  }
  if (error.code === "EACCES") return new Error(`Port ${config.port} needs more rights than this user has.`);
  return error;
}
