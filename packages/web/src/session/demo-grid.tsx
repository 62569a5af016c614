/** The demo's people, to be one of them by one press. */
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../ui/avatar.tsx";
import { Failure } from "../ui/notices.tsx";
import { RowSkeletons, Spinner } from "../ui/spinner.tsx";
import { useAttempt } from "../ui/use-attempt.ts";
import { useLoad } from "../ui/use-load.ts";
import { type DemoPerson, fetchDemoToken, listDemoPeople } from "./demo-people.ts";
import { pickDemoPerson } from "./identity.ts";
import { useSession } from "./session.tsx";

export function DemoPeople(): ReactNode {
  const { t } = useTranslation("session");
  const { enter } = useSession();
  const { attempt } = useAttempt();
  const { value: people, error, reload } = useLoad(listDemoPeople);
  const [chosen, setChosen] = useState<string>();
  const signIn = async (person: DemoPerson): Promise<void> => {
    setChosen(person.id);
    // Asked for first, so that what goes wrong is said here, where another can be chosen.
    const token = await attempt(() => fetchDemoToken(person.id));
    if (token === undefined) return setChosen(undefined);
    enter(pickDemoPerson(person));
  };
  return (
    <section aria-labelledby="demo-title">
      <h1 id="demo-title" className="text-2xl font-bold text-balance">
        {t("demo.title")}
      </h1>
      <p className="mt-1.5 mb-6 text-muted">{t("demo.text")}</p>
      {error && <Failure text={t("demo.failed")} onRetry={reload} />}
      {!people && !error && <RowSkeletons count={6} />}
      <ul className="grid gap-2.5 sm:grid-cols-2">
        {people?.map((person) => (
          <li key={person.id}>
            <Person person={person} isBusy={chosen === person.id} isDisabled={chosen !== undefined} onChoose={signIn} />
          </li>
        ))}
      </ul>
    </section>
  );
}

type PersonProps = { person: DemoPerson; isBusy: boolean; isDisabled: boolean; onChoose(person: DemoPerson): void };

function Person({ person, isBusy, isDisabled, onChoose }: PersonProps): ReactNode {
  return (
    <button
      type="button"
      disabled={isDisabled}
      onClick={() => onChoose(person)}
      className="flex h-full w-full items-center gap-3.5 rounded-2xl border border-line bg-raised p-3 text-start shadow-flat transition-colors hover:border-accent hover:bg-hover disabled:opacity-60"
    >
      <Avatar id={person.id} name={person.name} url={person.avatar_url} size={48} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-semibold">
          <bdi>{person.name}</bdi>
        </span>
        {person.status_message && (
          <span className="block truncate text-sm text-muted">
            <bdi>{person.status_message}</bdi>
          </span>
        )}
      </span>
      {isBusy && <Spinner />}
    </button>
  );
}
