/** A conversation: what was said, and where one says more. */
import type { MessageItem } from "@pipit/client";
import type { Room } from "@pipit/protocol/models/room";
import { useMarkRead, useNames, useRoomPreferences } from "@pipit/react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useGo, usePlace } from "../app/use-go.ts";
import type { ComposerHandle } from "../composer/composer.tsx";
import { useMessageSummary } from "../messages/message-summary.ts";
import { useRoomTitle } from "../rooms/room-title.ts";
import { useIdentity } from "../session/session.tsx";
import { Announcer } from "./announcer.tsx";
import { ConversationHeader } from "./conversation-header.tsx";
import { DeedsProvider } from "./deeds.ts";
import { DropZone } from "./drop-zone.tsx";
import { MessageDialogs, type MessageQuestion } from "./message-dialogs.tsx";
import { MessageList } from "./message-list.tsx";
import { MessageMenu } from "./message-menu.tsx";
import { canEdit } from "./message-rights.ts";
import { PinnedBar } from "./pinned-bar.tsx";
import { type ReactionChoice, ReactionPopover } from "./reaction-popover.tsx";
import { RefusedChanges } from "./refused-changes.tsx";
import { RoomDialogs } from "./room-dialogs.tsx";
import { SelectionActions } from "./selection-actions.tsx";
import { useConversationDeeds } from "./use-conversation-deeds.ts";
import { useCopy } from "./use-copy.ts";
import { useHistory } from "./use-history.ts";
import { useJumpTo } from "./use-jump-to.ts";
import { useListScroll } from "./use-list-scroll.ts";
import { useMentionJump } from "./use-mention-jump.ts";
import { useMessageDeeds } from "./use-message-deeds.ts";
import { useMessageEntries } from "./use-message-entries.ts";
import { type RoomQuestion, useRoomMenu } from "./use-room-menu.ts";
import { useRows } from "./use-rows.ts";
import { useSelection } from "./use-selection.ts";
import { canSend, WriteBar } from "./write-bar.tsx";

type ConversationProps = {
  roomId: string;
  /** Undefined: the user is not in it any more. */
  room: Room | undefined;
  leftName: string | undefined;
};

export function Conversation({ roomId, room, leftName }: ConversationProps): ReactNode {
  const { userId: me } = useIdentity();
  const { at } = usePlace();
  const [startAt] = useState(at);
  const { title, peerId } = useRoomTitle(room);
  const nameOf = useNames(room && roomId);
  const summarise = useMessageSummary();
  const composer = useRef<ComposerHandle>(null);
  const [replyTo, setReplyTo] = useState<MessageItem>();
  const [editing, setEditing] = useState<MessageItem>();
  const [question, setQuestion] = useState<MessageQuestion>();
  const [roomQuestion, setRoomQuestion] = useState<RoomQuestion>();
  const [choice, setChoice] = useState<ReactionChoice>();
  const [unread] = useState(() =>
    room && room.unread_count > 0 ? { after: room.read_sequence, count: room.unread_count } : undefined,
  );

  const history = useHistory(roomId, me, room === undefined);
  const rows = useRows(roomId, history, me, unread);
  const scroll = useListScroll({ rows, history, unreadAfter: unread?.after, startAt });
  const jumpTo = useJumpTo(history, scroll.jump);
  const toMention = useMentionJump(roomId, me, history, scroll.seen, scroll.jump);
  const selection = useSelection(history.items);
  const changes = useMessageDeeds(roomId);
  const copy = useCopy(me, nameOf);
  useMarkRead(room && scroll.isPlaced ? roomId : undefined, { upTo: scroll.seen });
  useMarkTakenOff(room);
  useJumpAgain(at, scroll.jump);
  useDraftReply(room, history.items, history.isLoading, setReplyTo);

  const isReadOnly = !room || room.is_request;
  const reply = useCallback((item: MessageItem) => {
    setEditing(undefined);
    setReplyTo(item);
    composer.current?.focus();
  }, []);
  const edit = useCallback((item: MessageItem) => {
    setReplyTo(undefined);
    setEditing(item);
    composer.current?.focus();
  }, []);
  const showReactions = useCallback((item: MessageItem) => setQuestion({ kind: "reactions", item }), []);
  const chooseReaction = useCallback((item: MessageItem, beside: Element) => setChoice({ item, beside }), []);
  const isGroup = room?.type !== "direct";
  const view = { me, roomId, isGroup, isReadOnly, nameOf, summarise, jumpTo };
  const deeds = useConversationDeeds({ ...view, changes, reply, chooseReaction, showReactions });
  const find = (key: string): MessageItem | undefined => history.items.find((item) => item.key === key);
  const canWrite = room !== undefined && !isReadOnly && canSend(room);
  const replyByKey = useCallback(
    (key: string) => {
      const item = history.items.find((one) => one.key === key);
      if (item && canWrite && !item.is_deleted && item.change > 0) reply(item);
    },
    [history.items, canWrite, reply],
  );
  const entriesOf = useMessageEntries({
    room,
    deeds,
    changes,
    onEdit: edit,
    onCopy: copy,
    onSelect: selection.begin,
    onAsk: setQuestion,
  });
  const roomEntries = useRoomMenu(room, peerId, { onAsk: setRoomQuestion, onSelect: () => selection.begin() });
  const pinned = useMemo(() => new Set(room?.pinned_messages.map((pin) => pin.message_id)), [room?.pinned_messages]);
  const editLast = (): void => {
    const last = history.newest.findLast((item) => item.sender_id === me && item.message_type !== "system");
    if (last && canEdit(last, me)) edit(last);
  };
  const focusComposer = useCallback(() => composer.current?.focus(), []);

  return (
    <DeedsProvider value={deeds}>
      <DropZone isDisabled={!canWrite} onFiles={(files) => composer.current?.addFiles(files)}>
        <ConversationHeader entries={roomEntries} leftName={leftName} />
        <PinnedBar items={history.items} />
        <MessageMenu isDisabled={selection.keys !== undefined} findItem={find} entriesOf={entriesOf}>
          <MessageList
            rows={rows}
            history={history}
            scroll={scroll}
            pinned={pinned}
            selection={selection.keys}
            unreadCount={room?.unread_count ?? 0}
            mentionCount={room?.mention_count ?? 0}
            onToggle={selection.toggle}
            onReply={replyByKey}
            onToMention={toMention}
            onLeave={focusComposer}
          />
        </MessageMenu>
        {selection.keys && (
          <SelectionActions selection={selection} room={room} changes={changes} onCopy={copy} onAsk={setQuestion} />
        )}
        {/* What is being written stays there meanwhile. */}
        <div className={selection.keys && "hidden"}>
          <WriteBar
            room={room}
            roomId={roomId}
            peerId={peerId}
            title={title}
            replyTo={replyTo}
            editing={editing}
            composer={composer}
            onReplyDone={() => setReplyTo(undefined)}
            onEditDone={() => setEditing(undefined)}
            onEditLast={editLast}
            onSent={scroll.toBottom}
          />
        </div>
      </DropZone>
      <Announcer newest={history.newest} />
      <RefusedChanges roomId={roomId} />
      <ReactionPopover choice={choice} onPick={changes.react} onClose={() => setChoice(undefined)} />
      <MessageDialogs
        question={question}
        onClose={() => {
          setQuestion(undefined);
          if (question?.kind === "delete" || question?.kind === "forward") selection.end();
        }}
        onDelete={(items, whom) => {
          for (const item of items) changes.remove(item, whom);
        }}
        onPin={changes.pin}
      />
      {room && (
        <RoomDialogs
          room={room}
          title={title}
          peerId={peerId}
          question={roomQuestion}
          onClose={() => setRoomQuestion(undefined)}
        />
      )}
    </DeedsProvider>
  );
}

/** A mark that the user has put on the room by hand ends when they open it (docs/spec.md A10). */
function useMarkTakenOff(room: Room | undefined): void {
  const { setPreferences } = useRoomPreferences(room?.id ?? "");
  const isDone = useRef(false);
  useEffect(() => {
    if (isDone.current || !room) return;
    isDone.current = true;
    if (room.is_marked_unread) void setPreferences({ is_marked_unread: false });
  }, [room, setPreferences]);
}

/** The address may name another message while the room is open, or the same one again. */
function useJumpAgain(at: number | undefined, jump: (sequence: number) => Promise<void>): void {
  const go = useGo();
  const isFirst = useRef(true);
  useEffect(() => {
    const isJump = at !== undefined && !isFirst.current;
    isFirst.current = false;
    if (isJump) void jump(at);
    if (at !== undefined) go.arrived();
  }, [at, jump, go]);
}

/** What was being written may have been an answer. */
function useDraftReply(
  room: Room | undefined,
  items: readonly MessageItem[],
  isLoading: boolean,
  set: (item: MessageItem) => void,
): void {
  const isDone = useRef(false);
  const wanted = room?.draft?.reply_to;
  useEffect(() => {
    if (isDone.current || isLoading) return;
    isDone.current = true;
    const item = wanted ? items.find((one) => one.id === wanted) : undefined;
    if (item) set(item);
  }, [isLoading, wanted, items, set]);
}
