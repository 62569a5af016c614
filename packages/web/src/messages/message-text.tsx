/** A message's text: links, marks, code and mentions as elements, never as HTML. */
import { memo, type ReactNode, useMemo } from "react";
import { useIdentity } from "../session/session.tsx";
import { classNames } from "../ui/class-names.ts";
import { countLoneEmoji, parseText, type Span } from "./parse-text.ts";

type MessageTextProps = {
  text: string;
  /** The ids of those who are mentioned. */
  mentions?: readonly string[] | undefined;
  isAllMentioned?: boolean | undefined;
  nameOf?: ((userId: string) => string) | undefined;
  /** Stands after the last word. */
  children?: ReactNode;
};

const emojiSizes = ["", "text-5xl/tight", "text-4xl/tight", "text-3xl/tight"];

/** A text that is a few emoji alone is shown large. */
export const MessageText = memo(function MessageText({
  text,
  mentions,
  isAllMentioned,
  nameOf,
  children,
}: MessageTextProps): ReactNode {
  const emoji = countLoneEmoji(text);
  const spans = useMemo(
    () => parseText(text, { mentions, isAllMentioned, nameOf }),
    [text, mentions, isAllMentioned, nameOf],
  );
  return (
    <span dir="auto" className="flow-root whitespace-pre-wrap [overflow-wrap:anywhere]">
      {emoji > 0 ? <span className={emojiSizes[emoji]}>{text}</span> : <Spans spans={spans} />}
      {children}
    </span>
  );
});

function Spans({ spans }: { spans: readonly Span[] }): ReactNode {
  // A text's parts have no name but their place.
  // biome-ignore lint/suspicious/noArrayIndexKey: they never move
  return spans.map((span, place) => <One key={place} span={span} />);
}

function One({ span }: { span: Span }): ReactNode {
  switch (span.kind) {
    case "text":
      return span.text;
    case "link":
      return (
        <a
          href={span.href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          dir="auto"
          className="text-link underline decoration-link/40 underline-offset-2 hover:decoration-link"
        >
          {span.text}
        </a>
      );
    case "mention":
      return <Mention span={span} />;
    case "code":
      return <code className="rounded-md bg-quote px-1.5 py-0.5 font-mono text-[0.88em]">{span.text}</code>;
    case "block":
      return (
        <code
          dir="ltr"
          className="my-1 block overflow-x-auto rounded-lg bg-quote px-3 py-2 font-mono text-[0.88em] whitespace-pre"
        >
          {span.text}
        </code>
      );
    case "bold":
      return (
        <strong className="font-semibold">
          <Spans spans={span.spans} />
        </strong>
      );
    case "italic":
      return (
        <em>
          <Spans spans={span.spans} />
        </em>
      );
    case "strike":
      return (
        <s>
          <Spans spans={span.spans} />
        </s>
      );
  }
}

function Mention({ span }: { span: Extract<Span, { kind: "mention" }> }): ReactNode {
  const { userId } = useIdentity();
  const isMe = span.userId === undefined || span.userId === userId;
  return (
    <bdi className={classNames("font-semibold text-accent", isMe && "rounded-md bg-accent-soft px-1")}>{span.text}</bdi>
  );
}
