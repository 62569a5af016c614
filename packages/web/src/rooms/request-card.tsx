/** Somebody, or a group, that waits for an answer: who, what of it, and buttons. */
import type { ReactNode } from "react";
import { Avatar } from "../ui/avatar.tsx";

type RequestCardProps = {
  id: string;
  name: string;
  url: string | null;
  text: string;
  onOpen?: (() => void) | undefined;
  children: ReactNode;
};

export function RequestCard({ id, name, url, text, onOpen, children }: RequestCardProps): ReactNode {
  return (
    <section aria-label={name} className="mx-4 mb-3 rounded-2xl border border-line bg-raised p-4">
      <div className="flex items-center gap-3.5">
        <Avatar id={id} name={name} url={url} size={44} />
        <div className="min-w-0 flex-1">
          {onOpen ? (
            <button type="button" dir="auto" className="block max-w-full truncate font-semibold" onClick={onOpen}>
              {name}
            </button>
          ) : (
            <p dir="auto" className="truncate text-start font-semibold">
              {name}
            </p>
          )}
          <p dir="auto" className="truncate text-start text-sm text-muted">
            {text}
          </p>
        </div>
      </div>
      <div className="mt-3 flex flex-wrap gap-2">{children}</div>
    </section>
  );
}
