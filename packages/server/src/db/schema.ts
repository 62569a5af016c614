/** The tables as Kysely sees them; the migrations are what makes them. */
import type { MetaData } from "@pipit/protocol/models/message";
import type { MemberRole, RoomType } from "@pipit/protocol/models/room";
import type { UserRole } from "@pipit/protocol/models/user";
import type { Generated, JSONColumnType } from "kysely";

type WhoMay = "everyone" | "admins";

type UsersTable = {
  tenant_id: string;
  id: string;
  name: string;
  avatar_url: string | null;
  role: UserRole;
  account_change: Generated<number>;
  created_at: Date;
  updated_at: Date;
};

type RoomsTable = {
  id: string;
  tenant_id: string;
  type: RoomType;
  name: string | null;
  description: string | null;
  avatar_url: string | null;
  created_by: string;
  direct_key: string | null;
  who_can_send: WhoMay;
  who_can_edit_info: WhoMay;
  who_can_add: WhoMay;
  history_visible_to_new_members: boolean;
  member_count: Generated<number>;
  last_sequence: Generated<number>;
  last_countable: Generated<number>;
  last_change: Generated<number>;
  room_change: Generated<number>;
  moved_xid: Generated<string>;
  active_at: Date;
  closed_at: Date | null;
  created_at: Date;
  updated_at: Date;
};

type MembersTable = {
  room_id: string;
  user_id: string;
  tenant_id: string;
  role: MemberRole;
  is_member: boolean;
  joined_at: Date;
  joined_change: number;
  change: number;
  membership_xid: Generated<string>;
  first_visible: number;
  delivered_sequence: Generated<number>;
  read_sequence: Generated<number>;
  receipt_change: Generated<number>;
  is_pinned: Generated<boolean>;
  is_archived: Generated<boolean>;
  muted_until: Date | null;
};

type MessagesTable = {
  room_id: string;
  sequence: number;
  change: number;
  countable: number;
  sender_id: string;
  client_message_id: string | null;
  message_type: "text" | "image" | "video" | "audio" | "file" | "system";
  content: string;
  reply_to: number | null;
  meta_data: JSONColumnType<MetaData>;
  edited_at: Date | null;
  deleted_at: Date | null;
  created_at: Date;
  updated_at: Date;
};

type MessageEditsTable = {
  room_id: string;
  sequence: number;
  revision: number;
  content: string;
  replaced_at: Date;
};

type ReactionsTable = {
  room_id: string;
  sequence: number;
  emoji: string;
  user_id: string;
  created_at: Date;
};

type MentionsTable = { room_id: string; user_id: string; sequence: number };

type HiddenMessagesTable = {
  room_id: string;
  user_id: string;
  sequence: number;
  tenant_id: string;
  account_change: number;
};

export type Database = {
  users: UsersTable;
  rooms: RoomsTable;
  members: MembersTable;
  messages: MessagesTable;
  message_edits: MessageEditsTable;
  reactions: ReactionsTable;
  mentions: MentionsTable;
  hidden_messages: HiddenMessagesTable;
};
