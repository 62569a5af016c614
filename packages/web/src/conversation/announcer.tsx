/** Tells screen readers what others have just said. */
import type { MessageItem } from "@pipit/client";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDeeds } from "./deeds.ts";

/** Who wants to hear more goes there. */
const mostCharacters = 200;

export function Announcer({ newest }: { newest: readonly MessageItem[] }): ReactNode {
  const { t } = useTranslation("conversation");
  const { me, nameOf, summarise } = useDeeds();
  const [text, setText] = useState("");
  const told = useRef<number>(undefined);
  const last = newest.findLast((item) => item.change > 0);
  useEffect(() => {
    if (!last) return;
    const before = told.current;
    told.current = Math.max(before ?? 0, last.sequence_number);
    // What was there already is read, not announced.
    if (before === undefined || last.sequence_number <= before || last.sender_id === me || last.is_deleted) return;
    setText(
      t("announcement", { name: nameOf(last.sender_id), text: [...summarise(last)].slice(0, mostCharacters).join("") }),
    );
  }, [last, me, nameOf, summarise, t]);
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}
