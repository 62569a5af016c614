/** A message's picture or film over the whole page, and the others of its room one step away. */
import type { Message } from "@pipit/protocol/models/message";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { classNames } from "../ui/class-names.ts";
import { Failure } from "../ui/notices.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { findShape } from "./media-shape.ts";
import { endLook } from "./open-once.ts";
import { useMediaFile } from "./use-media-file.ts";
import { useViewerItems, type ViewerItems } from "./use-viewer-items.ts";
import { useViewerKeys } from "./use-viewer-keys.ts";
import { ViewerBar } from "./viewer-bar.tsx";
import { ViewerButton } from "./viewer-button.tsx";
import { ViewerCaption } from "./viewer-caption.tsx";
import { ViewerFilm } from "./viewer-film.tsx";
import { ViewerOnce } from "./viewer-once.tsx";
import { ViewerPicture } from "./viewer-picture.tsx";

/** Pictures are looked at on a dark ground, also in the light theme: what stands on it takes its colours. */
const dark =
  "scheme-dark [--accent-soft:#1c3d34] [--accent:#5cc7ae] [--canvas:#0b100e] [--hover:#1c2521] [--ink:#e7ece9] [--line:#29332e] [--link:#7fc4fb] [--muted:#9daba4] [--on-accent:#06231c] [--quote:rgb(122_214_192/0.12)] [--raised:#1b2320]";

export function MediaViewer({ roomId, messageId }: { roomId: string; messageId: string }): ReactNode {
  const { t } = useTranslation("media");
  const go = useGo();
  const close = useCallback(() => {
    endLook(messageId);
    go.back(() => go.view(undefined));
  }, [go, messageId]);
  return (
    <Radix.Root open onOpenChange={(isOpen) => isOpen || close()}>
      <Radix.Portal>
        {/* Radix would add styles of its own, which the page's policy forbids. */}
        <div aria-hidden className="fixed inset-0 z-40 bg-black" />
        <Radix.Content
          data-viewer
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            // Not its first button: nobody has chosen one.
            event.preventDefault();
            (event.currentTarget as HTMLElement | null)?.focus();
          }}
          className={classNames("fixed inset-0 z-40 flex animate-fade flex-col bg-canvas text-ink outline-none", dark)}
        >
          <Radix.Title className="sr-only">{t("viewer")}</Radix.Title>
          <Viewer key={messageId} roomId={roomId} messageId={messageId} onClose={close} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

type ViewerProps = { roomId: string; messageId: string; onClose(): void };

// One step further is no other address: Back closes it, wherever one has got to.
function Viewer({ roomId, messageId, onClose }: ViewerProps): ReactNode {
  const found = useViewerItems(roomId, messageId);
  const { current, older, newer, step, isStepping } = useSteps(found, messageId);
  const { t, i18n } = useTranslation("media");
  const isRightToLeft = i18n.dir() === "rtl";
  const isOnce = current?.view_once !== undefined;
  const canStep = {
    older: !isOnce && (older !== undefined || found.hasOlder),
    newer: !isOnce && (newer !== undefined || found.hasNewer),
  };
  const stepOnScreen = (direction: -1 | 1): void => {
    if (!isOnce) void step(isRightToLeft ? (-direction as -1 | 1) : direction);
  };
  useViewerKeys((key) => {
    if (key === "ArrowLeft") stepOnScreen(-1);
    if (key === "ArrowRight") stepOnScreen(1);
  });
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <ViewerBar roomId={roomId} message={current} onClose={onClose} />
      <div className="relative flex min-h-0 flex-1">
        <Stage found={found} current={current} onSwipe={stepOnScreen} onClose={onClose} />
        {canStep.older && (
          <SideButton label={t("previous")} isAtStart isBusy={isStepping} onPress={() => void step(-1)} />
        )}
        {canStep.newer && <SideButton label={t("next")} isBusy={isStepping} onPress={() => void step(1)} />}
      </div>
      {current && <ViewerCaption message={current} />}
      <Preload message={older} />
      <Preload message={newer} />
    </div>
  );
}

type Steps = {
  current: Message | undefined;
  older: Message | undefined;
  newer: Message | undefined;
  /** `1`: to what was sent later. */
  step(direction: -1 | 1): Promise<void>;
  isStepping: boolean;
};

function useSteps(found: ViewerItems, messageId: string): Steps {
  const { items, hasOlder, hasNewer, loadOlder, loadNewer } = found;
  const [currentId, setCurrentId] = useState(messageId);
  const [wanted, setWanted] = useState<-1 | 1>();
  const [isStepping, setStepping] = useState(false);
  const place = items.findIndex((message) => message.id === currentId);
  const [older, newer] = [place > 0 ? items[place - 1] : undefined, items[place + 1]];
  const step = useCallback(
    async (direction: -1 | 1) => {
      const neighbour = direction < 0 ? older : newer;
      if (neighbour) return setCurrentId(neighbour.id);
      if (isStepping || place < 0 || !(direction < 0 ? hasOlder : hasNewer)) return undefined;
      setStepping(true);
      try {
        await (direction < 0 ? loadOlder() : loadNewer());
        setWanted(direction);
      } catch {
        // Offline: the button stays, and tries again.
      } finally {
        setStepping(false);
      }
      return undefined;
    },
    [older, newer, place, isStepping, hasOlder, hasNewer, loadOlder, loadNewer],
  );
  // What was asked for has come: there it goes on.
  useEffect(() => {
    if (wanted === undefined || isStepping) return;
    setWanted(undefined);
    const neighbour = wanted < 0 ? older : newer;
    if (neighbour) setCurrentId(neighbour.id);
  }, [wanted, isStepping, older, newer]);
  return { current: items[place], older, newer, step, isStepping };
}

type StageProps = {
  found: ViewerItems;
  current: Message | undefined;
  onSwipe(direction: -1 | 1): void;
  onClose(): void;
};

function Stage({ found, current, onSwipe, onClose }: StageProps): ReactNode {
  const { t } = useTranslation("media");
  if (!current) {
    if (found.status === "loading")
      return (
        <span role="status" aria-label={t("loading")} className="m-auto">
          <Spinner className="size-9" />
        </span>
      );
    const isGone = found.status !== "failed";
    return (
      <div className="m-auto max-w-sm rounded-2xl bg-raised">
        <Failure {...(isGone ? { text: t("removed") } : { onRetry: found.retry })} />
      </div>
    );
  }
  if (current.view_once) return <ViewerOnce message={current} />;
  const isKept = current.expires_at === null;
  if (!current.media) return <p className="m-auto p-6 text-center">{t("removed")}</p>;
  if (findShape(current) === "film") return <ViewerFilm key={current.id} media={current.media} isKept={isKept} />;
  return <ViewerPicture key={current.id} media={current.media} isKept={isKept} onSwipe={onSwipe} onClose={onClose} />;
}

type SideButtonProps = { label: string; isAtStart?: boolean; isBusy: boolean; onPress(): void };

function SideButton({ label, isAtStart = false, isBusy, onPress }: SideButtonProps): ReactNode {
  const Icon = isAtStart ? ChevronLeft : ChevronRight;
  return (
    <ViewerButton
      label={label}
      side="top"
      onClick={onPress}
      disabled={isBusy}
      className={`absolute! top-1/2 z-10 -translate-y-1/2 bg-black/40 max-sm:hidden! ${isAtStart ? "start-3" : "end-3"}`}
    >
      {isBusy ? <Spinner className="size-5" /> : <Icon className="rtl:-scale-x-100" />}
    </ViewerButton>
  );
}

/** Has the neighbours there before they are wanted. */
function Preload({ message }: { message: Message | undefined }): ReactNode {
  const { media, expires_at = null } = message ?? {};
  const hasPicture = media?.status === "ready" && media.thumbnail_url !== null && media.mime_type !== "image/gif";
  useMediaFile(hasPicture ? media.url : undefined, {
    width: 1280,
    height: 1280,
    fit: "contain",
    format: "webp",
    isKept: expires_at === null,
  });
  return null;
}
