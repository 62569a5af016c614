/** What stands at the left instead of the rooms. Loaded when it is first wanted. */
import { type ComponentType, lazy, type ReactNode } from "react";
import type { Side } from "./places.ts";

const settings = lazy(() => import("../settings/settings-pane.tsx").then((pane) => ({ default: pane.SettingsPane })));
const newChat = lazy(() => import("../rooms/new-chat-pane.tsx").then((pane) => ({ default: pane.NewChatPane })));
const newGroup = lazy(() => import("../rooms/new-group-pane.tsx").then((pane) => ({ default: pane.NewGroupPane })));
const archived = lazy(() => import("../rooms/archived-pane.tsx").then((pane) => ({ default: pane.ArchivedPane })));
const starred = lazy(() => import("../rooms/starred-pane.tsx").then((pane) => ({ default: pane.StarredPane })));
const mentions = lazy(() => import("../rooms/mentions-pane.tsx").then((pane) => ({ default: pane.MentionsPane })));
const requests = lazy(() => import("../rooms/requests-pane.tsx").then((pane) => ({ default: pane.RequestsPane })));

const panes: Record<Side, ComponentType> = {
  settings,
  new: newChat,
  group: newGroup,
  archived,
  starred,
  mentions,
  requests,
};

export function SidePane({ side }: { side: Side }): ReactNode {
  const Pane = panes[side];
  return <Pane />;
}
