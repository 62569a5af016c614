/** Finds the PostgreSQL that is running on a cluster. */
import { connect } from "node:net";
import { isPostmasterOf, type PostmasterFile, readPostmasterFile } from "./postmaster-file.ts";
import { socketPath } from "./socket-directory.ts";

export type Postmaster = {
  /** Undefined when it answers on its socket but is not among our processes: it runs in another container. */
  pid: number | undefined;
  port: number;
  socketDir: string;
  /** Whether it has finished starting, and is not stopping. */
  isReady: boolean;
};

/** The running PostgreSQL of a cluster, which may still be starting or stopping. */
export async function findPostmaster(clusterDir: string): Promise<Postmaster | undefined> {
  const file = await readPostmasterFile(clusterDir);
  if (file === undefined) return undefined;
  const { pid, port, socketDir } = file;
  const isReady = file.status === "ready";
  if (await isPostmasterOf(clusterDir, pid)) return { pid, port, socketDir, isReady };
  return (await answers(file)) ? { pid: undefined, port, socketDir, isReady } : undefined;
}

async function answers({ socketDir, port }: PostmasterFile): Promise<boolean> {
  if (socketDir === "") return false;
  return await new Promise((resolve) => {
    const socket = connect({ path: socketPath(socketDir, port), timeout: 2_000 });
    const settle = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", settle(true)).once("timeout", settle(false)).once("error", settle(false));
  });
}
