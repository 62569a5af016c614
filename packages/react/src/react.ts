/** React hooks over the SDK. */
"use client";

export { PipitProvider, useClient, useClientIfAny } from "./provider.ts";
export { type ConnectionView, useConnection } from "./use-connection.ts";
export { type DraftControl, useDraft } from "./use-draft.ts";
export { useEvent } from "./use-event.ts";
export { type MarkReadOptions, useMarkRead } from "./use-mark-read.ts";
export { useMembers, useReceipts } from "./use-members.ts";
export { type MessageActions, useMessageActions } from "./use-message-actions.ts";
export { type MessagesView, useMessages } from "./use-messages.ts";
export { type OutboxControl, type OutboxUploadControl, useOutbox, useOutboxUpload } from "./use-outbox.ts";
export { usePipit } from "./use-pipit.ts";
export { usePresence } from "./use-presence.ts";
export { type RoomView, useRoom } from "./use-room.ts";
export { type RoomPreferencesControl, useRoomPreferences } from "./use-room-preferences.ts";
export { type RoomsView, useRooms } from "./use-rooms.ts";
export { type SendMessage, useSendMessage } from "./use-send-message.ts";
export { useSettings } from "./use-settings.ts";
export { type TypingControl, useTyping } from "./use-typing.ts";
export { type UploadControl, useUpload } from "./use-upload.ts";
export { takeUser, useNames, useUser } from "./use-user.ts";
