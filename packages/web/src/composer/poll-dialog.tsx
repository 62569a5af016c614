/** A question with answers to choose from. */
import { X } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Switch } from "../ui/switch.tsx";
import { TextField } from "../ui/text-field.tsx";
import { useSending } from "./use-sending.ts";

export type ContentDialogProps = { roomId: string; replyTo: string | undefined; onClose(): void; onSent(): void };

const mostOptions = 12;
type Option = { key: number; text: string };

/** There is always one empty field more to write in. */
export function PollDialog({ roomId, replyTo, onClose, onSent }: ContentDialogProps): ReactNode {
  const { t } = useTranslation("composer");
  const send = useSending(roomId);
  const [question, setQuestion] = useState("");
  const [options, setOptions] = useState<readonly Option[]>([0, 1].map((key) => ({ key, text: "" })));
  const [isMultiple, setMultiple] = useState(false);
  const [problem, setProblem] = useState<"question" | "options" | "same">();
  const given = options.map(({ text }) => text.trim()).filter(Boolean);
  const change = (key: number, text: string): void => {
    const changed = options.map((option) => (option.key === key ? { key, text } : option));
    const isFull = changed.every((option) => option.text.trim() !== "") && changed.length < mostOptions;
    const next = Math.max(...changed.map((option) => option.key)) + 1;
    setOptions(isFull ? [...changed, { key: next, text: "" }] : changed);
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const found = findProblem(question, given);
    setProblem(found);
    if (found) return;
    const poll = { question: question.trim(), options: given, is_multiple: isMultiple };
    if (await send([{ replyTo, poll }])) onSent();
  };
  const footer = (
    <Button type="submit" form="new-poll">
      {t("send")}
    </Button>
  );
  return (
    <Dialog title={t("poll.title")} isOpen onClose={onClose} footer={footer}>
      <form id="new-poll" noValidate className="space-y-3 pb-2" onSubmit={(event) => void submit(event)}>
        <TextField
          label={t("poll.question")}
          value={question}
          maxLength={300}
          dir="auto"
          autoFocus
          error={problem === "question" ? t("poll.questionMissing") : undefined}
          onChange={(event) => setQuestion(event.target.value)}
        />
        {options.map(({ key, text }, at) => (
          <div key={key} className="flex items-end gap-1">
            <TextField
              className="flex-1"
              label={t("poll.option", { number: at + 1 })}
              value={text}
              maxLength={100}
              dir="auto"
              onChange={(event) => change(key, event.target.value)}
            />
            {options.length > 2 && (
              <IconButton
                label={t("poll.drop", { number: at + 1 })}
                onClick={() => setOptions(options.filter((option) => option.key !== key))}
              >
                <X />
              </IconButton>
            )}
          </div>
        ))}
        {(problem === "options" || problem === "same") && (
          <p role="alert" className="text-sm text-danger">
            {t(problem === "same" ? "poll.same" : "poll.tooFew")}
          </p>
        )}
        <Switch label={t("poll.multiple")} isOn={isMultiple} onChange={setMultiple} />
      </form>
    </Dialog>
  );
}

function findProblem(question: string, options: readonly string[]): "question" | "options" | "same" | undefined {
  if (question.trim() === "") return "question";
  if (options.length < 2) return "options";
  return new Set(options).size < options.length ? "same" : undefined;
}
