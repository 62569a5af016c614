/** Whom the person does not want to hear of. */
import { useClient, useSettings, useUser } from "@pipit/react";
import { Ban, UserX } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useIdentity } from "../session/session.tsx";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { EmptyState } from "../ui/notices.tsx";
import { Loading, RowSkeletons } from "../ui/spinner.tsx";
import { useToast } from "../ui/toasts.tsx";
import { useAttempt } from "../ui/use-attempt.ts";

const PeoplePicker = lazy(() =>
  import("../people/people-picker.tsx").then((picker) => ({ default: picker.PeoplePicker })),
);

export function BlockedSection(): ReactNode {
  const { t } = useTranslation("settings");
  const blocked = useSettings()?.blocked_user_ids;
  const [isAdding, setAdding] = useState(false);
  if (!blocked) return <RowSkeletons count={3} />;
  return (
    <div className="px-5">
      {blocked.length === 0 ? (
        <EmptyState icon={UserX} title={t("blocked.none")} text={t("blocked.noneText")} />
      ) : (
        <>
          <p className="mb-2 text-sm text-muted">{t("blocked.text")}</p>
          <ul>
            {blocked.map((userId) => (
              <Blocked key={userId} userId={userId} />
            ))}
          </ul>
        </>
      )}
      <Button look="secondary" className="mt-4 w-full" onClick={() => setAdding(true)}>
        <Ban aria-hidden className="size-4" />
        {t("blocked.add")}
      </Button>
      {isAdding && <BlockDialog blocked={blocked} onClose={() => setAdding(false)} />}
    </div>
  );
}

function Blocked({ userId }: { userId: string }): ReactNode {
  const { t } = useTranslation("settings");
  const { api } = useClient();
  const { attempt, isBusy } = useAttempt();
  const toast = useToast();
  const user = useUser(userId);
  const name = user?.name ?? userId;
  const unblock = async (): Promise<void> => {
    if (await attempt(() => api.users.unblock({ user_id: userId }))) toast({ text: t("blocked.done", { name }) });
  };
  return (
    <li className="flex items-center gap-3 py-2">
      <Avatar id={userId} name={name} url={user?.avatar_url} size={44} />
      <span className="min-w-0 flex-1 truncate">
        <bdi>{name}</bdi>
      </span>
      <Button
        look="secondary"
        isBusy={isBusy}
        aria-label={t("blocked.unblockName", { name })}
        onClick={() => void unblock()}
      >
        {t("blocked.unblock")}
      </Button>
    </li>
  );
}

function BlockDialog({ blocked, onClose }: { blocked: readonly string[]; onClose(): void }): ReactNode {
  const { t } = useTranslation("settings");
  const { api } = useClient();
  const { userId } = useIdentity();
  const { attempt, isBusy } = useAttempt();
  const [chosen, setChosen] = useState<string>();
  const block = async (): Promise<void> => {
    if (chosen !== undefined && (await attempt(() => api.users.block({ user_id: chosen })))) onClose();
  };
  const footer = (
    <Button look="danger" disabled={chosen === undefined} isBusy={isBusy} onClick={() => void block()}>
      {t("blocked.block")}
    </Button>
  );
  return (
    <Dialog title={t("blocked.add")} description={t("blocked.text")} isOpen onClose={onClose} footer={footer}>
      <Suspense fallback={<Loading />}>
        <PeoplePicker
          chosen={new Set(chosen === undefined ? [] : [chosen])}
          onToggle={({ id }) => setChosen(id === chosen ? undefined : id)}
          exclude={new Set([userId, ...blocked])}
          isSingle
        />
      </Suspense>
    </Dialog>
  );
}
