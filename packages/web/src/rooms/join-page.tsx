/** Where a link to a room leads: what it is, and a way in. */
import { PipitError } from "@pipit/client";
import { useClient } from "@pipit/react";
import { CircleX, Clock } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo, usePlace } from "../app/use-go.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState, Failure } from "../ui/notices.tsx";
import { Loading } from "../ui/spinner.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { useLoad } from "../ui/use-load.ts";

export function JoinPage(): ReactNode {
  const { code = "" } = usePlace();
  return (
    <main className="flex h-full items-center justify-center bg-canvas p-4">
      <div className="flex min-h-80 w-full max-w-sm flex-col justify-center rounded-3xl bg-surface p-8 shadow-raised">
        <Preview key={code} code={code} />
      </div>
    </main>
  );
}

function Preview({ code }: { code: string }): ReactNode {
  const { api } = useClient();
  const go = useGo();
  const look = useCallback((signal: AbortSignal) => api.invites.preview({ code }, { signal }), [api, code]);
  const { value, error, isLoading, reload } = useLoad(look);
  // Who is in it already is not asked.
  const memberOf = value?.is_member ? value.room_id : undefined;
  useEffect(() => {
    if (memberOf) go.room(memberOf, { replace: true });
  }, [memberOf, go]);
  if (isLoading || memberOf) return <Loading />;
  if (value) return <Way code={code} preview={value} />;
  const isOver = error instanceof PipitError && ["gone", "not_found"].includes(error.code);
  return isOver ? <Over /> : <Failure onRetry={reload} />;
}

function Over(): ReactNode {
  const { t } = useTranslation("rooms");
  const go = useGo();
  return (
    <EmptyState isMain icon={CircleX} title={t("join.over")} text={t("join.overText")}>
      <Button className="mt-4" look="secondary" onClick={go.home}>
        {t("join.home")}
      </Button>
    </EmptyState>
  );
}

type Found = {
  room_id: string;
  name: string | null;
  description: string | null;
  avatar_url: string | null;
  member_count: number;
  needs_approval: boolean;
};

function Way({ code, preview }: { code: string; preview: Found }): ReactNode {
  const { t } = useTranslation("rooms");
  const { api } = useClient();
  const go = useGo();
  const { attempt, isBusy } = useAttempt();
  const [isPending, setPending] = useState(false);
  const { room_id, name, description, avatar_url, member_count, needs_approval } = preview;
  const join = async (): Promise<void> => {
    const joined = await attempt(() => api.groups.joinConfirm({ room_id, invite_code: code }));
    if (joined?.is_pending) setPending(true);
    else if (joined) go.room(room_id, { replace: true });
  };
  if (isPending)
    return (
      <EmptyState isMain icon={Clock} title={t("join.asked")} text={t("join.askedText", { name: name ?? "" })}>
        <Button className="mt-4" look="secondary" onClick={go.home}>
          {t("join.home")}
        </Button>
      </EmptyState>
    );
  return (
    <div className="flex flex-col items-center gap-2 text-center">
      <Avatar id={room_id} name={name ?? "?"} url={avatar_url} size={96} />
      <h1 dir="auto" className="mt-3 text-xl font-bold text-balance">
        {name}
      </h1>
      <p className="text-sm text-muted">{t("join.members", { count: member_count })}</p>
      {description && (
        <p dir="auto" className="text-sm whitespace-pre-line">
          {description}
        </p>
      )}
      <Button className="mt-4 w-full" isBusy={isBusy} onClick={() => void join()}>
        {t(needs_approval ? "join.ask" : "join.join")}
      </Button>
      <Button look="quiet" className="w-full" onClick={go.home}>
        {t("join.notNow")}
      </Button>
    </div>
  );
}
