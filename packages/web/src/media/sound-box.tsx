/** A voice message, or a file of sound, in a bubble. */
import { Mic, Music } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { cleanFileName } from "./media-format.ts";
import type { MediaMessage } from "./media-shape.ts";
import { useMediaFile } from "./use-media-file.ts";
import { VoicePlayer } from "./voice-player.tsx";

type SoundBoxProps = { message: MediaMessage; isVoice: boolean };

export function SoundBox({ message, isVoice }: SoundBoxProps): ReactNode {
  const { t } = useTranslation("media");
  const [isWanted, setWanted] = useState(false);
  const { media, expires_at } = message;
  const isReady = media?.status === "ready";
  const file = useMediaFile(isWanted && isReady ? media.url : undefined, { isKept: expires_at === null });
  if (!media) return null;
  return (
    <div className="w-72 max-w-full">
      {isVoice ? (
        <p className="sr-only">{t("voiceMessage")}</p>
      ) : (
        <p className="mb-1.5 flex items-center gap-1.5 text-sm font-medium">
          <Music aria-hidden className="size-4 shrink-0 text-muted" />
          <bdi className="truncate">{cleanFileName(media.file_name)}</bdi>
        </p>
      )}
      {isReady ? (
        <VoicePlayer
          id={toVoiceId(message.room_id, message.sequence_number)}
          nextId={isVoice ? toVoiceId(message.room_id, message.sequence_number + 1) : undefined}
          source={file.url}
          durationMs={(media.duration ?? 0) * 1000}
          waveform={media.waveform}
          onNeedSource={() => {
            setWanted(true);
            file.retry();
          }}
          isBroken={isWanted && file.status === "failed" && file.error?.retryable !== true}
        />
      ) : (
        <p role="status" className="flex min-h-10 animate-pulse-soft items-center gap-2 text-sm text-muted">
          <Mic aria-hidden className="size-5" />
          {t("checking")}
        </p>
      )}
    </div>
  );
}

/** Those that stand below each other follow each other. */
function toVoiceId(roomId: string, sequence: number): string {
  return `${roomId}.${sequence}`;
}
