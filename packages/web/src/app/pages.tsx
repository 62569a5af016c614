/** What the address leads to: chats, or a link to join one by. */
import { lazy, type ReactNode } from "react";
import { Layout } from "./layout.tsx";
import { usePlace } from "./use-go.ts";

const JoinPage = lazy(() => import("../rooms/join-page.tsx").then((page) => ({ default: page.JoinPage })));

export function Pages(): ReactNode {
  const { code } = usePlace();
  return code ? <JoinPage /> : <Layout />;
}
