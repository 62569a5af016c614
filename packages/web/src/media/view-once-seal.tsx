/** What may be opened once: a sealed box, then an empty one. */
import type { Message } from "@pipit/protocol/models/message";
import { CircleDashed } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../ui/class-names.ts";
import type { MediaShape } from "./media-shape.ts";

type SealProps = {
  shape: MediaShape;
  icon?: ReactNode;
  /** Below the name. */
  note?: string | undefined;
  isOver?: boolean;
};

/** The mark of one look, what it is, and what has become of it. */
export function ViewOnceSeal({ shape, icon, note, isOver = false }: SealProps): ReactNode {
  const { t } = useTranslation("media");
  return (
    <div className="flex w-60 max-w-full items-center gap-3 py-1 text-start">
      {icon ?? <OnceMark isOver={isOver} />}
      <span className="min-w-0">
        <span className={classNames("block text-sm font-medium", isOver && "text-muted italic")}>
          {t(nameOf(shape))}
        </span>
        <span className="block text-xs text-muted">{note ?? t("viewOnce")}</span>
      </span>
    </div>
  );
}

function OnceMark({ isOver }: { isOver: boolean }): ReactNode {
  return (
    <span
      aria-hidden
      className={classNames(
        "relative flex size-10 shrink-0 items-center justify-center",
        isOver ? "text-muted" : "text-accent",
      )}
    >
      <CircleDashed className="absolute inset-0 size-10" strokeWidth={1.5} />
      <span className="text-sm font-bold">1</span>
    </span>
  );
}

type Name = "photo" | "video" | "voiceMessage" | "document";

function nameOf(shape: MediaShape): Name {
  const names: Record<MediaShape, Name> = {
    picture: "photo",
    gif: "photo",
    film: "video",
    voice: "voiceMessage",
    audio: "voiceMessage",
    document: "document",
  };
  return names[shape];
}

/** The shape of a medium that is not told. */
export function onceShape(type: Message["message_type"]): MediaShape {
  if (type === "video") return "film";
  return type === "audio" ? "voice" : "picture";
}
