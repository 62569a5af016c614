/** The tables as Kysely sees them; the migrations are what makes them. */
import type { MediaKind } from "@pipit/protocol/media-types";
import type { Draft, Folder, Unarchiving } from "@pipit/protocol/models/account";
import type { NewPoll } from "@pipit/protocol/models/content";
import type { DeviceType, PushProvider, PushResult } from "@pipit/protocol/models/device";
import type { MessageType, MetaData } from "@pipit/protocol/models/message";
import type { Visibility } from "@pipit/protocol/models/presence";
import type { MemberRole, PinnedMessage, RoomSettings, RoomType } from "@pipit/protocol/models/room";
import type { UserRole } from "@pipit/protocol/models/user";
import type { Generated, GeneratedAlways, JSONColumnType } from "kysely";
import type { JobKind } from "../jobs/job-kinds.ts";

/** What is stored of a message beside its text: of a poll what was asked, and not what was chosen. */
export type StoredMetaData = Omit<MetaData, "media" | "poll"> & {
  poll?: NewPoll & { closed_at?: string };
  /** What its sender made of it while the other of a direct room blocked them: it is for them alone. */
  withheld?: { content: string; mentions: string[]; edited_at: string };
};

type WhoMay = "everyone" | "admins";

type UsersTable = {
  tenant_id: string;
  id: string;
  name: string;
  avatar_url: string | null;
  avatar_upload_id: string | null;
  role: UserRole;
  account_change: Generated<number>;
  status_message: string | null;
  last_seen_at: Date | null;
  noted_online_at: Date | null;
  privacy_last_seen: Generated<Visibility>;
  privacy_online: Generated<Visibility>;
  privacy_status_message: Generated<Visibility>;
  privacy_groups: Generated<Visibility>;
  privacy_messages: Generated<Visibility>;
  privacy_read_receipts: Generated<boolean>;
  unarchive_on: Generated<Unarchiving>;
  mentions_pierce_mute: Generated<boolean>;
  folders: JSONColumnType<Folder[], string | undefined, string>;
  settings_change: Generated<number>;
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
  avatar_upload_id: string | null;
  created_by: string;
  direct_key: string | null;
  who_can_send: WhoMay;
  who_can_edit_info: WhoMay;
  who_can_add: WhoMay;
  history_visible_to_new_members: boolean;
  slow_mode_seconds: Generated<number>;
  disappearing_seconds: Generated<RoomSettings["disappearing_seconds"]>;
  pinned: JSONColumnType<PinnedMessage[], string | undefined, string>;
  member_count: Generated<number>;
  last_sequence: Generated<number>;
  last_countable: Generated<number>;
  last_change: Generated<number>;
  room_change: Generated<number>;
  moved_xid: Generated<string>;
  active_at: Date;
  closed_at: Date | null;
  retained_sequence: Generated<number>;
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
  draft: JSONColumnType<Draft | null, string | null, string | null>;
  preferences_change: Generated<number>;
  shared_read_sequence: Generated<number>;
  shares_reads: Generated<boolean>;
  blocks_peer: Generated<boolean>;
  blocked_by_peer: Generated<boolean>;
  last_sent_at: Date | null;
  is_marked_unread: Generated<boolean>;
  is_hidden: Generated<boolean>;
  is_request: Generated<boolean>;
  cleared_sequence: Generated<number>;
  archived_sequence: Generated<number>;
};

type MessagesTable = {
  room_id: string;
  sequence: number;
  change: number;
  countable: number;
  sender_id: string;
  client_message_id: string | null;
  message_type: MessageType;
  content: string;
  reply_to: number | null;
  meta_data: JSONColumnType<StoredMetaData>;
  upload_id: string | null;
  forwarded_from: string | null;
  forwarded_count: Generated<number>;
  expires_at: Date | null;
  is_view_once: Generated<boolean>;
  is_withheld: Generated<boolean>;
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
  change: number | null;
  meta_data: JSONColumnType<StoredMetaData | null, string | null, string | null>;
};

type ReactionsTable = {
  room_id: string;
  sequence: number;
  emoji: string;
  user_id: string;
  is_withheld: Generated<boolean>;
  created_at: Date;
};

type MentionsTable = { room_id: string; user_id: string; sequence: number; mentioned_at: Date; tenant_id: string };

type ForwardsTable = { source_room_id: string; source_sequence: number; room_id: string; sequence: number };

type PollVotesTable = { room_id: string; sequence: number; user_id: string; options: number[]; voted_at: Date };

type ViewOnceOpensTable = { room_id: string; sequence: number; user_id: string; opened_at: Date };

type BlocksTable = { tenant_id: string; user_id: string; blocked_id: string; blocked_at: Date };

type InvitesTable = {
  room_id: string;
  code: string;
  tenant_id: string;
  created_by: string;
  created_at: Date;
  expires_at: Date | null;
  max_uses: number | null;
  uses: Generated<number>;
  needs_approval: boolean;
  revoked_at: Date | null;
};

type InvitationsTable = {
  room_id: string;
  user_id: string;
  tenant_id: string;
  invited_by: string;
  invited_at: Date;
  is_withheld: Generated<boolean>;
};

type JoinRequestsTable = {
  room_id: string;
  user_id: string;
  tenant_id: string;
  invite_code: string;
  requested_at: Date;
};

type HiddenMessagesTable = {
  room_id: string;
  user_id: string;
  sequence: number;
  tenant_id: string;
  account_change: number;
};

type StarsTable = {
  room_id: string;
  sequence: number;
  user_id: string;
  tenant_id: string;
  is_starred: boolean;
  starred_at: Date;
  account_change: number;
};

type MembershipPeriodsTable = {
  room_id: string;
  user_id: string;
  from_sequence: number;
  to_sequence: number | null;
  /** From here on: null but in a user's last period in a room, while they may read on what they could see then. */
  tenant_id: string | null;
  left_at: Date | null;
  left_change: number | null;
  removed_by: string | null;
  room_name: string | null;
};

type ReceiptLogTable = {
  room_id: string;
  user_id: string;
  kind: "delivered" | "read";
  up_to: number;
  device_id: string | null;
  at: Date;
};

type JobsTable = {
  id: GeneratedAlways<number>;
  kind: JobKind;
  key: string | null;
  payload: JSONColumnType<object>;
  run_at: Date;
  attempts: Generated<number>;
  locked_until: Date | null;
  failed_at: Date | null;
  last_error: string | null;
  created_at: Date;
};

type MediaTable = {
  id: string;
  tenant_id: string;
  owner_id: string;
  state: "requested" | "ready" | "removed";
  file_key: string;
  resume_handle: string | null;
  file_name: string;
  mime_type: string;
  content_type: string;
  kind: MediaKind;
  size: number;
  object_key: string | null;
  poster_key: string | null;
  width: number | null;
  height: number | null;
  orientation: number | null;
  duration: number | null;
  thumbhash: string | null;
  waveform: JSONColumnType<number[] | null, string | null, string | null>;
  is_pending: Generated<boolean>;
  created_at: Date;
  confirmed_at: Date | null;
};

type MediaUsesTable = {
  upload_id: string;
  room_id: string;
  sequence: number;
  is_view_once: Generated<boolean>;
  ends_at: Date | null;
};

type MediaUsageTable = { tenant_id: string; user_id: string; bytes: number };

type DevicesTable = {
  tenant_id: string;
  user_id: string;
  device_id: string;
  device_name: string;
  device_type: DeviceType;
  platform: string;
  app_version: string;
  is_active: Generated<boolean>;
  push_token: string | null;
  push_provider: PushProvider | null;
  last_push_at: Date | null;
  last_push_result: PushResult["result"] | null;
  last_push_detail: string | null;
  session_id: string | null;
  logged_out_at: Date | null;
  last_active_at: Date;
  last_sync_at: Date | null;
  last_message_seq: number | null;
  created_at: Date;
  updated_at: Date;
};

type PushKeysTable = { is_only: Generated<boolean>; public_key: string; private_key: string; created_at: Date };

type PushShownTable = {
  room_id: string;
  user_id: string;
  device_id: string;
  tenant_id: string;
  up_to: number;
  shown_at: Date;
};

type EpochsTable = { number: number; begun_at: Date };

export type Database = {
  users: UsersTable;
  rooms: RoomsTable;
  members: MembersTable;
  messages: MessagesTable;
  message_edits: MessageEditsTable;
  reactions: ReactionsTable;
  mentions: MentionsTable;
  forwards: ForwardsTable;
  poll_votes: PollVotesTable;
  view_once_opens: ViewOnceOpensTable;
  blocks: BlocksTable;
  invites: InvitesTable;
  invitations: InvitationsTable;
  join_requests: JoinRequestsTable;
  hidden_messages: HiddenMessagesTable;
  stars: StarsTable;
  membership_periods: MembershipPeriodsTable;
  receipt_log: ReceiptLogTable;
  jobs: JobsTable;
  media: MediaTable;
  media_uses: MediaUsesTable;
  media_usage: MediaUsageTable;
  devices: DevicesTable;
  push_keys: PushKeysTable;
  push_shown: PushShownTable;
  epochs: EpochsTable;
};
