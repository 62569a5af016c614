/** Begins a chat: with somebody, with a group, or by a link. */
import { Link, Users } from "lucide-react";
import { type ComponentType, type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../app/use-go.ts";
import { PeoplePicker } from "../people/people-picker.tsx";
import { useOpenDirect } from "../people/use-open-direct.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { PaneHeader } from "../ui/pane.tsx";
import { TextField } from "../ui/text-field.tsx";
import { toInviteCode } from "./invite-code.ts";

const nobody: ReadonlySet<string> = new Set();

export function NewChatPane(): ReactNode {
  const { t } = useTranslation("rooms");
  const go = useGo();
  const { openDirect } = useOpenDirect();
  const [asksForLink, setAsksForLink] = useState(false);
  return (
    <>
      <PaneHeader title={t("new")} onBack={() => go.back(() => go.side(undefined))} />
      <div className="px-2 pb-2">
        <Way icon={Users} text={t("menu.group")} onChoose={() => go.side("group")} />
        <Way icon={Link} text={t("byLink.open")} onChoose={() => setAsksForLink(true)} />
      </div>
      <PeoplePicker
        isSingle
        chosen={nobody}
        onToggle={(person) => void openDirect(person.id)}
        className="min-h-0 flex-1"
      />
      <LinkDialog isOpen={asksForLink} onClose={() => setAsksForLink(false)} />
    </>
  );
}

type WayProps = { icon: ComponentType<{ className?: string }>; text: string; onChoose(): void };

function Way({ icon: Icon, text, onChoose }: WayProps): ReactNode {
  return (
    <button
      type="button"
      onClick={onChoose}
      className="flex min-h-14 w-full items-center gap-3.5 rounded-2xl px-3 text-start font-medium hover:bg-hover"
    >
      <span className="flex size-11 items-center justify-center rounded-full bg-accent-soft text-accent">
        <Icon className="size-5" />
      </span>
      {text}
    </button>
  );
}

function LinkDialog({ isOpen, onClose }: { isOpen: boolean; onClose(): void }): ReactNode {
  const { t } = useTranslation("rooms");
  const go = useGo();
  const [text, setText] = useState("");
  const [isWrong, setWrong] = useState(false);
  const follow = (event: FormEvent): void => {
    event.preventDefault();
    const code = toInviteCode(text);
    setWrong(code === undefined);
    if (code !== undefined) go.join(code);
  };
  const footer = (
    <Button type="submit" form="join-by-link">
      {t("byLink.action")}
    </Button>
  );
  return (
    <Dialog title={t("byLink.title")} description={t("byLink.text")} isOpen={isOpen} onClose={onClose} footer={footer}>
      <form id="join-by-link" onSubmit={follow} noValidate>
        <TextField
          label={t("byLink.label")}
          value={text}
          dir="ltr"
          autoFocus
          error={isWrong ? t("byLink.wrong") : undefined}
          onChange={(event) => setText(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
