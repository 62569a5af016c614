/** Where one writes: text, files, recordings, and what else can be sent. */
import { Smile } from "lucide-react";
import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  type Ref,
  Suspense,
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";
import { IconButton } from "../ui/button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { useIsPhone } from "../ui/use-media-query.ts";
import { AboutBar } from "./about-bar.tsx";
import { AttachMenu } from "./attach-menu.tsx";
import { Bar, Notes, SendButton } from "./composer-parts.tsx";
import { MentionList } from "./mention-list.tsx";
import { type HoldEnd, RecordButton } from "./record-button.tsx";
import { TextField } from "./text-field.tsx";
import { useSubmit, type WritingProps } from "./use-submit.ts";
import type { VoiceRecorderHandle } from "./voice-recorder.tsx";

const EmojiPopover = lazy(() => import("./emoji-popover.tsx").then((part) => ({ default: part.EmojiPopover })));
const AttachDialog = lazy(() => import("./attach-dialog.tsx").then((part) => ({ default: part.AttachDialog })));
const VoiceRecorder = lazy(() => import("./voice-recorder.tsx").then((part) => ({ default: part.VoiceRecorder })));

export type ComposerHandle = { addFiles(files: readonly File[]): void; focus(): void };

type ComposerProps = WritingProps & {
  /** One's own last message is to be changed. */
  onEditLast(): void;
  ref?: Ref<ComposerHandle>;
};

/** Recording goes on by itself, or as long as a finger holds the button. */
type Mode = "text" | "emoji" | "recording" | "held";

export function Composer(props: ComposerProps): ReactNode {
  const { roomId, replyTo, editing, onReplyDone, onEditLast, ref } = props;
  const { t } = useTranslation("composer");
  const isPhone = useIsPhone();
  const field = useRef<HTMLTextAreaElement>(null);
  const recorder = useRef<VoiceRecorderHandle>(null);
  const [files, setFiles] = useState<readonly File[]>([]);
  const [mode, setMode] = useState<Mode>("text");
  const writing = useSubmit(props, field);
  const { text, mentions, write, submit, sent, endEdit, isEmpty, isHeldBack, isSlowed } = writing;
  const listId = useId();
  const addFiles = useCallback((added: readonly File[]) => setFiles((before) => [...before, ...added]), []);
  useImperativeHandle(ref, () => ({ addFiles, focus: () => field.current?.focus() }));
  const isRecording = mode === "recording" || mode === "held";
  useEffect(() => {
    if (!isRecording && (!isPhone || replyTo || editing)) field.current?.focus();
  }, [replyTo, editing, isPhone, isRecording]);

  const edited = editing?.key;
  useEffect(() => {
    void edited;
    // A text that was there is gone on with: its end is where one wants to be.
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, [edited]);

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing || mentions.onKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !isPhone) submit();
    else if (event.key === "Escape" && editing) endEdit();
    else if (event.key === "Escape" && replyTo) onReplyDone();
    else if (event.key === "ArrowUp" && text === "" && !editing) onEditLast();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const insert = (piece: string): void => {
    const { selectionStart: from = text.length, selectionEnd: to = text.length } = field.current ?? {};
    flushSync(() => write(text.slice(0, from) + piece + text.slice(to)));
    field.current?.setSelectionRange(from + piece.length, from + piece.length);
  };
  const endRecording = (isSent: boolean): void => {
    setMode("text");
    if (isSent) sent();
  };
  const onHoldEnd = (end: HoldEnd): void => {
    if (end === "send") recorder.current?.send();
    // Where there was nothing to send yet, it goes on by itself.
    setMode(end === "cancel" ? "text" : "recording");
  };
  const attached = { roomId, replyTo: replyTo?.key };
  return (
    <Bar>
      {editing ? (
        <AboutBar message={editing} kind="edit" onDrop={endEdit} />
      ) : (
        replyTo && <AboutBar message={replyTo} kind="reply" onDrop={onReplyDone} />
      )}
      {mentions.people.length > 0 && (
        <MentionList id={listId} people={mentions.people} place={mentions.place} onPick={mentions.pick} />
      )}
      {mode === "emoji" && (
        <Suspense fallback={null}>
          <EmojiPopover
            onPick={insert}
            onClose={(isByKey) => {
              setMode("text");
              if (isByKey) field.current?.focus();
            }}
          />
        </Suspense>
      )}
      <div className="flex items-end gap-1 px-2 py-2 sm:px-3">
        {isRecording ? (
          <Suspense fallback={<Spinner className="m-2.5 flex-1" />}>
            <VoiceRecorder {...attached} ref={recorder} isHeld={mode === "held"} onDone={endRecording} />
          </Suspense>
        ) : (
          <>
            {!editing && <AttachMenu {...attached} onFiles={addFiles} onSent={sent} />}
            <IconButton
              label={t("emoji")}
              side="top"
              aria-expanded={mode === "emoji"}
              onClick={() => setMode(mode === "emoji" ? "text" : "emoji")}
              data-emoji-toggle
            >
              <Smile />
            </IconButton>
            <TextField
              field={field}
              text={text}
              mentions={mentions}
              listId={listId}
              onText={write}
              onKeyDown={onKeyDown}
              onFiles={addFiles}
            />
          </>
        )}
        {mode === "held" || (!isRecording && isEmpty && !editing) ? (
          <RecordButton
            isDisabled={isSlowed}
            isHeld={mode === "held"}
            onStart={(how) => setMode(how === "held" ? "held" : "recording")}
            onHoldEnd={onHoldEnd}
          />
        ) : (
          !isRecording && (
            <SendButton label={t(editing ? "edit.save" : "send")} isDisabled={isHeldBack} onPress={submit} />
          )
        )}
      </div>
      <Notes waitSeconds={editing ? 0 : writing.waitSeconds} left={writing.left} />
      {files.length > 0 && (
        <Suspense fallback={null}>
          <AttachDialog
            {...attached}
            files={files}
            onFiles={setFiles}
            onSent={() => {
              setFiles([]);
              sent();
            }}
          />
        </Suspense>
      )}
    </Bar>
  );
}
