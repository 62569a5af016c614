/** Signing in to an account of this server, or making one. */
import { Eye, EyeOff } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../ui/button.tsx";
import { TextField } from "../ui/text-field.tsx";
import { type Field, type Fields, findProblems, type Problems } from "./account-problems.ts";
import { accounts, rememberAccount } from "./identity.ts";
import { useSession } from "./session.tsx";
import { useFailureProblems } from "./use-failure-problems.ts";

type Mode = "signIn" | "signUp";

/** `isQuiet`: another heading stands above it. */
export function AccountForm({ isQuiet = false }: { isQuiet?: boolean }): ReactNode {
  const { t } = useTranslation("session");
  const [mode, setMode] = useState<Mode>("signIn");
  const form = useAccountForm(mode);
  const other = mode === "signIn" ? "signUp" : "signIn";
  const Title = isQuiet ? "h2" : "h1";
  return (
    <form noValidate onSubmit={form.submit} aria-labelledby="account-title" className="mx-auto w-full max-w-md">
      <Title id="account-title" className="text-2xl font-bold text-balance">
        {t(`${mode}.title`)}
      </Title>
      <p className="mt-1.5 mb-7 text-muted">{t(`${mode}.text`)}</p>
      {form.problems.form && (
        <p role="alert" className="mb-5 rounded-xl bg-danger-soft px-4 py-3 text-sm font-medium text-danger">
          {form.problems.form}
        </p>
      )}
      <AccountFields mode={mode} fields={form.fields} problems={form.problems} onWrite={form.write} />
      <Button type="submit" isBusy={form.isBusy} className="mt-7 min-h-12 w-full text-base">
        {t(`${mode}.action`)}
      </Button>
      <p className="mt-6 text-center text-sm text-muted">
        {t(`${mode}.switch`)}
        <Button
          look="quiet"
          className="px-2"
          onClick={() => {
            setMode(other);
            form.clear();
          }}
        >
          {t(`${mode}.switchAction`)}
        </Button>
      </p>
    </form>
  );
}

type FieldsProps = { mode: Mode; fields: Fields; problems: Problems; onWrite(field: Field, value: string): void };

function AccountFields({ mode, fields, problems, onWrite }: FieldsProps): ReactNode {
  const { t } = useTranslation("session");
  const isNew = mode === "signUp";
  const common = (field: Field) => ({
    name: field,
    label: t(field),
    value: fields[field],
    error: problems[field],
    required: true,
    onChange: (event: { target: { value: string } }) => onWrite(field, event.target.value),
  });
  return (
    <div className="space-y-5">
      {isNew && <TextField {...common("name")} hint={t("nameHint")} autoComplete="name" maxLength={100} dir="auto" />}
      <TextField
        {...common("username")}
        hint={isNew ? t("usernameHint") : undefined}
        autoComplete="username"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        maxLength={32}
        dir="ltr"
      />
      <PasswordField
        {...common("password")}
        hint={isNew ? t("passwordHint") : undefined}
        autoComplete={isNew ? "new-password" : "current-password"}
        maxLength={128}
      />
    </div>
  );
}

function PasswordField(props: Parameters<typeof TextField>[0]): ReactNode {
  const { t } = useTranslation("session");
  const [isShown, setShown] = useState(false);
  const Icon = isShown ? EyeOff : Eye;
  const action = (
    <IconButton label={t(isShown ? "hidePassword" : "showPassword")} onClick={() => setShown(!isShown)}>
      <Icon />
    </IconButton>
  );
  return <TextField {...props} type={isShown ? "text" : "password"} dir="ltr" action={action} />;
}

type FormControl = {
  fields: Fields;
  problems: Problems;
  isBusy: boolean;
  write(field: Field, value: string): void;
  /** Forgets what was wrong, and the password. */
  clear(): void;
  submit(event: FormEvent<HTMLFormElement>): void;
};

function useAccountForm(mode: Mode): FormControl {
  const { t } = useTranslation("session");
  const { enter } = useSession();
  const toProblems = useFailureProblems();
  const [fields, setFields] = useState<Fields>({ name: "", username: "", password: "" });
  const [problems, setProblems] = useState<Problems>({});
  const [isBusy, setBusy] = useState(false);
  const complain = (form: HTMLFormElement, found: Problems): void => {
    setProblems(found);
    // What is wrong first is where one goes on.
    const first = (["name", "username", "password"] as const).find((field) => found[field]);
    if (first) form.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
  };
  const send = async (form: HTMLFormElement): Promise<void> => {
    const found = findProblems(fields, mode === "signUp", t);
    if (Object.keys(found).length > 0) return complain(form, found);
    setBusy(true);
    setProblems({});
    try {
      const username = fields.username.trim();
      const credentials = { username, password: fields.password };
      const account =
        mode === "signUp"
          ? await accounts.signUp({ ...credentials, name: fields.name.trim() })
          : await accounts.signIn(credentials);
      enter(rememberAccount(account));
    } catch (error) {
      complain(form, toProblems(error));
    } finally {
      setBusy(false);
    }
  };
  return {
    fields,
    problems,
    isBusy,
    write(field, value) {
      setFields({ ...fields, [field]: value });
      setProblems({ ...problems, [field]: undefined, form: undefined });
    },
    clear() {
      setFields({ ...fields, password: "" });
      setProblems({});
    },
    submit(event) {
      event.preventDefault();
      void send(event.currentTarget);
    },
  };
}
