/** Media that only the signed-in person may read, for components. */
import { type FileState, findMediaFiles, type MediaVariant } from "@pipit/client/media-files";
import { useClientIfAny } from "@pipit/react";
import { useCallback, useMemo, useSyncExternalStore } from "react";

export type MediaFileView = FileState & {
  /** Tries again what failed. */
  retry(): void;
};

type Options = MediaVariant & {
  /** False leaves nothing of it on the device. */
  isKept?: boolean | undefined;
};

const nothing: FileState = { status: "loading", url: undefined, type: undefined, error: undefined };

/** The bytes of a medium as a `blob:` address; of no url, and of what is no medium of the server's, nothing ever comes. */
export function useMediaFile(url: string | undefined, options: Options = {}): MediaFileView {
  const { width, height, fit, format, isKept } = options;
  const client = useClientIfAny();
  const file = useMemo(() => {
    if (!client || url === undefined) return undefined;
    return findMediaFiles(client).file(url, { width, height, fit, format }, { isKept });
  }, [client, url, width, height, fit, format, isKept]);
  const state = useSyncExternalStore(file?.subscribe ?? ignore, file?.getSnapshot ?? showNothing);
  const retry = useCallback(() => file?.retry(), [file]);
  return useMemo(() => ({ ...state, retry }), [state, retry]);
}

function ignore(): () => void {
  return () => {};
}

function showNothing(): FileState {
  return nothing;
}
