/** The one look at what may be opened once. */

import type { Message } from "@pipit/protocol/models/message";
import { useClient } from "@pipit/react";
import { type ReactNode, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button.tsx";
import { Failure } from "../ui/notices.tsx";
import { Loading } from "../ui/spinner.tsx";
import { useErrorText } from "../ui/use-attempt.ts";
import { useLoad } from "../ui/use-load.ts";
import { isAskedToOpen, openOnce } from "./open-once.ts";
import { FilmPlayer } from "./viewer-film.tsx";
import { VoicePlayer } from "./voice-player.tsx";

type ViewerOnceProps = { message: Message };

/** An address alone opens nothing: whoever comes by one is asked first. */
export function ViewerOnce({ message }: ViewerOnceProps): ReactNode {
  const { t } = useTranslation("media");
  const [isWanted, setWanted] = useState(() => isAskedToOpen(message.id));
  if (isWanted) return <Opened message={message} />;
  return (
    <div className="m-auto flex max-w-sm flex-col items-center gap-4 p-6 text-center text-white">
      <p>{t("onceHint")}</p>
      <Button onClick={() => setWanted(true)}>{t("openNow")}</Button>
    </div>
  );
}

function Opened({ message }: ViewerOnceProps): ReactNode {
  const client = useClient();
  const { t } = useTranslation("media");
  const say = useErrorText();
  const ask = useCallback(() => openOnce(client, message.id), [client, message.id]);
  const { value, error, reload } = useLoad(ask);
  const [isBroken, setBroken] = useState(false);
  if (error) {
    const isOver = "code" in error && (error.code === "gone" || error.code === "not_found");
    return (
      <div className="m-auto max-w-sm rounded-2xl bg-raised">
        <Failure text={isOver ? t("onceOver") : say(error)} onRetry={isOver ? undefined : reload} />
      </div>
    );
  }
  if (!value) return <Loading />;
  if (isBroken) return <p className="m-auto p-6 text-center text-white">{t("cantShow")}</p>;
  if (value.type.startsWith("video/"))
    return <FilmPlayer isOnce address={value.signedUrl} label={t("video")} onError={() => setBroken(true)} />;
  if (value.type.startsWith("audio/")) {
    return (
      <div className="m-auto w-80 max-w-full rounded-2xl bg-raised p-4 text-ink">
        <VoicePlayer source={value.signedUrl} durationMs={0} />
      </div>
    );
  }
  return (
    <img
      src={value.signedUrl}
      alt={t("photo")}
      draggable={false}
      onError={() => setBroken(true)}
      onContextMenu={(event) => event.preventDefault()}
      className="m-auto max-h-full max-w-full animate-fade object-contain select-none"
    />
  );
}
