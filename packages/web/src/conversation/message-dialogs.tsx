/** Questions before something is done to messages, and who felt what about one. */
import type { MessageItem } from "@pipit/client";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { Choice } from "../ui/choice.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useDeeds } from "./deeds.ts";
import type { PinDuration } from "./use-message-deeds.ts";

const ForwardDialog = lazy(() =>
  import("../info/forward-dialog.tsx").then((part) => ({ default: part.ForwardDialog })),
);

export type MessageQuestion =
  | { kind: "delete"; items: readonly MessageItem[]; isForEveryone: boolean }
  | { kind: "pin"; item: MessageItem }
  | { kind: "forward"; items: readonly MessageItem[] }
  | { kind: "reactions"; item: MessageItem };

type MessageDialogsProps = {
  question: MessageQuestion | undefined;
  onClose(): void;
  onDelete(items: readonly MessageItem[], whom: "everyone" | "me"): void;
  onPin(item: MessageItem, duration: PinDuration): void;
};

export function MessageDialogs({ question, onClose, onDelete, onPin }: MessageDialogsProps): ReactNode {
  const { roomId } = useDeeds();
  if (!question) return null;
  if (question.kind === "reactions") return <ReactionsDialog item={question.item} onClose={onClose} />;
  if (question.kind === "pin")
    return <PinDialog onClose={onClose} onPin={(duration) => onPin(question.item, duration)} />;
  if (question.kind === "delete") {
    const { items, isForEveryone } = question;
    return (
      <DeleteDialog
        count={items.length}
        isForEveryone={isForEveryone}
        onClose={onClose}
        onDelete={(whom) => onDelete(items, whom)}
      />
    );
  }
  return (
    <Suspense fallback={null}>
      <ForwardDialog roomId={roomId} messageIds={question.items.map((item) => item.id)} onClose={onClose} />
    </Suspense>
  );
}

type DeleteDialogProps = {
  count: number;
  isForEveryone: boolean;
  onClose(): void;
  onDelete(whom: "everyone" | "me"): void;
};

function DeleteDialog({ count, isForEveryone, onClose, onDelete }: DeleteDialogProps): ReactNode {
  const { t } = useTranslation("conversation");
  const { t: tUi } = useTranslation("ui");
  const done = (whom: "everyone" | "me"): void => {
    onDelete(whom);
    onClose();
  };
  return (
    <Dialog
      title={t("deleting.title", { count })}
      description={t(isForEveryone ? "deleting.text" : "deleting.textForMe")}
      isOpen
      onClose={onClose}
      footer={
        <div className="flex w-full flex-col gap-2 pt-2">
          {isForEveryone && (
            <Button look="danger" onClick={() => done("everyone")}>
              {t("deleting.everyone")}
            </Button>
          )}
          <Button look={isForEveryone ? "secondary" : "danger"} onClick={() => done("me")}>
            {t("deleting.me")}
          </Button>
          <Button look="quiet" onClick={onClose}>
            {tUi("cancel")}
          </Button>
        </div>
      }
    />
  );
}

function PinDialog({ onClose, onPin }: { onClose(): void; onPin(duration: PinDuration): void }): ReactNode {
  const { t } = useTranslation("conversation");
  const [duration, setDuration] = useState<PinDuration>("7d");
  const options = (["24h", "7d", "30d"] as const).map((value) => ({ value, label: t(`pinning.${value}`) }));
  const pin = (): void => {
    onPin(duration);
    onClose();
  };
  return (
    <Dialog
      title={t("pinning.title")}
      description={t("pinning.text")}
      isOpen
      onClose={onClose}
      footer={<Button onClick={pin}>{t("actions.pin")}</Button>}
    >
      <Choice label={t("pinning.title")} value={duration} options={options} onChange={(value) => setDuration(value)} />
    </Dialog>
  );
}

/** Of each emoji, those who come first: the server names no more than 20. */
function ReactionsDialog({ item, onClose }: { item: MessageItem; onClose(): void }): ReactNode {
  const { t } = useTranslation("conversation");
  const { me, nameOf, avatarOf } = useDeeds();
  return (
    <Dialog title={t("reactions.title")} isOpen onClose={onClose} className="pb-4">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and nothing in it takes the focus */}
      <div role="group" tabIndex={0} aria-label={t("reactions.title")} className="space-y-4 rounded-lg">
        {item.reactions.map((one) => (
          <section key={one.emoji}>
            <h3 className="mb-1 flex items-center gap-2 font-semibold">
              <span className="text-xl">{one.emoji}</span>
              <span className="text-sm text-muted tabular-nums">{one.count}</span>
            </h3>
            <ul>
              {one.user_ids.map((userId) => (
                <li key={userId} className="flex items-center gap-3 py-1">
                  <Avatar id={userId} name={nameOf(userId)} url={avatarOf(userId)} size={32} />
                  <span dir="auto" className="min-w-0 flex-1 truncate">
                    {userId === me ? t("you") : nameOf(userId)}
                  </span>
                </li>
              ))}
            </ul>
            {one.count > one.user_ids.length && (
              <p className="text-sm text-muted">{t("reactions.more", { count: one.count - one.user_ids.length })}</p>
            )}
          </section>
        ))}
      </div>
    </Dialog>
  );
}
