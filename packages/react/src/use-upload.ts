/** Uploading a file that no message carries yet. */
import type { PipitClient, UploadSnapshot, UploadSource, UploadTask } from "@pipit/client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useClient } from "./provider.ts";
import { useQuery } from "./use-query.ts";

type UploadOptions = Parameters<PipitClient["upload"]>[1];

export type UploadControl = {
  /** Begins at once; an earlier upload that is not done is given up. */
  start(source: UploadSource, options?: UploadOptions): void;
  /** Undefined before the first `start`. When it is done it has the `media`, when it failed the `error`. */
  snapshot: UploadSnapshot | undefined;
  pause(): void;
  resume(): void;
  abort(): void;
};

/** One upload, which ends with the component. To send a file, give it to `send`: that outlives components and restarts. */
export function useUpload(): UploadControl {
  const client = useClient();
  const running = useRef<UploadTask>(undefined);
  const [task, setTask] = useState<UploadTask>();
  const snapshot = useQuery<UploadSnapshot | undefined>(task, undefined);
  const controls = useMemo(
    () => ({
      pause: () => running.current?.pause(),
      resume: () => running.current?.resume(),
      abort: () => running.current?.abort(),
    }),
    [],
  );
  const start = useCallback(
    (source: UploadSource, options?: UploadOptions) => {
      running.current?.abort();
      running.current = client.upload(source, options);
      setTask(running.current);
    },
    [client],
  );
  useEffect(() => controls.abort, [controls]);
  return useMemo(() => ({ start, snapshot, ...controls }), [start, snapshot, controls]);
}
