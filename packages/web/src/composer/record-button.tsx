/** The microphone: pressed, it records; held by a finger, it records until the finger lets go. */
import { Lock, Mic } from "lucide-react";
import { type PointerEvent, type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { now } from "../clock.ts";
import { IconButton } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { readHold, tapMs } from "./hold-gesture.ts";

export type HoldEnd = "send" | "cancel" | "lock";

type RecordButtonProps = {
  isDisabled: boolean;
  /** A finger is on it. It has to stay in its place meanwhile: it is what the finger's moves come to. */
  isHeld: boolean;
  onStart(how: "held" | "free"): void;
  onHoldEnd(end: HoldEnd): void;
};

export function RecordButton({ isDisabled, isHeld, onStart, onHoldEnd }: RecordButtonProps): ReactNode {
  const { t } = useTranslation("composer");
  const down = useRef<{ x: number; y: number; at: number }>(undefined);
  const end = (how: HoldEnd): void => {
    if (!down.current) return;
    down.current = undefined;
    onHoldEnd(how);
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (event.pointerType !== "touch" || isDisabled) return;
    down.current = { x: event.clientX, y: event.clientY, at: now() };
    event.currentTarget.setPointerCapture(event.pointerId);
    onStart("held");
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (!down.current) return;
    const move = { x: event.clientX - down.current.x, y: event.clientY - down.current.y };
    const meaning = readHold(move, document.documentElement.dir === "rtl");
    if (meaning !== "holds") end(meaning === "cancels" ? "cancel" : "lock");
  };
  return (
    <span className="relative flex touch-none select-none">
      {isHeld && (
        <span
          aria-hidden
          className="pointer-events-none absolute end-0 bottom-full mb-3 flex w-10 animate-rise flex-col items-center rounded-full bg-raised py-3 text-muted shadow-raised"
        >
          <Lock className="size-5" />
        </span>
      )}
      <IconButton
        label={t("record")}
        side="top"
        disabled={isDisabled}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={() => end(now() - (down.current?.at ?? 0) < tapMs ? "lock" : "send")}
        // A question for the permission takes the finger away: it is not meant as an end.
        onPointerCancel={() => end("lock")}
        onContextMenu={(event) => isHeld && event.preventDefault()}
        onClick={(event) => {
          // That of a finger has been dealt with as it went down.
          if ((event.nativeEvent as globalThis.PointerEvent).pointerType !== "touch") onStart("free");
        }}
        className={classNames(isHeld && "scale-125 bg-accent text-on-accent")}
      >
        <Mic />
      </IconButton>
    </span>
  );
}
