/** Files of messages, saved on the person's device under their names. */
import type { MessageMedia } from "@pipit/protocol/models/media";
import { useClient } from "@pipit/react";
import { useCallback } from "react";
import { useAttempt } from "../ui/use-attempt.ts";
import { cleanFileName } from "./media-format.ts";

export type SaveFile = {
  save(media: Pick<MessageMedia, "upload_id" | "file_name">): Promise<void>;
  isBusy: boolean;
};

/** It goes from the server straight to the disk, however large it is. */
export function useSaveFile(): SaveFile {
  const { api } = useClient();
  const { attempt, isBusy } = useAttempt();
  const save = useCallback<SaveFile["save"]>(
    async ({ upload_id, file_name }) => {
      const found = await attempt(() => api.media.get({ uploadId: upload_id }));
      if (!found) return;
      const link = document.createElement("a");
      link.href = `${found.signedUrl}&download=1`;
      link.download = cleanFileName(file_name);
      link.rel = "noopener";
      link.click();
    },
    [api, attempt],
  );
  return { save, isBusy };
}
