/** Menus, dialogs and news, as Radix draws them. Loaded when the first is wanted: see overlays.ts. */
import { X } from "lucide-react";
import {
  DropdownMenu as Radix,
  ContextMenu as RadixContext,
  Dialog as RadixDialog,
  Toast as RadixToast,
} from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";
import type { DialogProps } from "./dialog.tsx";
import type { ContextMenuProps, MenuEntry, MenuProps } from "./menu.tsx";
import type { Toast } from "./toasts.tsx";

const panel =
  "z-50 max-h-[70dvh] min-w-52 animate-rise overflow-y-auto rounded-2xl border border-line bg-raised p-1.5 shadow-raised outline-none";
const entry =
  "flex min-h-10 cursor-pointer items-center gap-3 rounded-xl px-3 py-2 text-sm outline-none select-none data-[disabled]:opacity-40 data-[highlighted]:bg-hover [&_svg]:size-4.5 [&_svg]:text-muted";

/** Around the button that opens it. */
export function Menu({
  entries,
  children,
  align = "end",
  onOpenChange = () => {},
  isOpenAtOnce,
}: MenuProps & { isOpenAtOnce: boolean }): ReactNode {
  const { i18n } = useTranslation("ui");
  return (
    // Without `dir`, Radix says "from left to right", whatever stands around it.
    <Radix.Root modal={false} dir={i18n.dir()} defaultOpen={isOpenAtOnce} onOpenChange={onOpenChange}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align={align} sideOffset={6} collisionPadding={8} className={panel}>
          <Entries entries={entries} Item={Radix.Item} Separator={Radix.Separator} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Around what it is about: opens by the other mouse button, a long press, or the menu key. */
export function ContextMenu({ entries, children, onOpenChange = () => {} }: ContextMenuProps): ReactNode {
  const { i18n } = useTranslation("ui");
  return (
    <RadixContext.Root modal={false} dir={i18n.dir()} onOpenChange={onOpenChange}>
      <RadixContext.Trigger asChild>{children}</RadixContext.Trigger>
      <RadixContext.Portal>
        <RadixContext.Content collisionPadding={8} className={panel}>
          <Entries entries={entries} Item={RadixContext.Item} Separator={RadixContext.Separator} />
        </RadixContext.Content>
      </RadixContext.Portal>
    </RadixContext.Root>
  );
}

type EntriesProps = {
  entries: readonly MenuEntry[];
  Item: typeof Radix.Item | typeof RadixContext.Item;
  Separator: typeof Radix.Separator | typeof RadixContext.Separator;
};

function Entries({ entries, Item, Separator }: EntriesProps): ReactNode {
  return entries.map((one, place) =>
    one === "separator" ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place
      <Separator key={`line ${place}`} className="mx-2 my-1 h-px bg-line" />
    ) : (
      <Item
        key={one.label}
        disabled={one.isDisabled === true}
        onSelect={one.onSelect}
        className={classNames(entry, one.isDangerous && "text-danger [&_svg]:text-danger!")}
      >
        {one.icon && <one.icon />}
        <span className="flex-1">{one.label}</span>
        {one.shortcut && <kbd className="text-xs text-muted">{one.shortcut}</kbd>}
      </Item>
    ),
  );
}

/** Holds the focus, closes by Escape, fills a phone's screen from below. */
export function Dialog({ title, description, isOpen, onClose, children, footer, className }: DialogProps): ReactNode {
  const { t } = useTranslation("ui");
  return (
    <RadixDialog.Root open={isOpen} onOpenChange={(open) => open || onClose()}>
      <RadixDialog.Portal>
        {/* Not Radix's own: it writes a style sheet against scrolling, which the page's policy forbids and nothing needs. */}
        <div aria-hidden className="pointer-events-auto fixed inset-0 z-40 animate-fade bg-scrim" />
        <RadixDialog.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          className={classNames(
            "fixed inset-x-0 bottom-0 z-40 mx-auto flex max-h-[88dvh] w-full animate-rise flex-col rounded-t-3xl bg-raised shadow-raised outline-none sm:inset-y-0 sm:my-auto sm:h-fit sm:max-w-md sm:rounded-3xl",
            className,
          )}
        >
          <header className="flex items-start gap-3 px-6 pt-5 pb-2">
            <div className="min-w-0 flex-1">
              <RadixDialog.Title className="text-lg font-semibold text-balance">{title}</RadixDialog.Title>
              {description && (
                <RadixDialog.Description className="mt-1 text-sm text-muted">{description}</RadixDialog.Description>
              )}
            </div>
            <RadixDialog.Close asChild>
              <IconButton label={t("close")} className="-me-2 -mt-1">
                <X />
              </IconButton>
            </RadixDialog.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-6 py-2">{children}</div>
          {footer && <footer className="flex flex-wrap justify-end gap-2 px-6 pt-2 pb-5">{footer}</footer>}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

const newsMs = 5_000;

type ToastListProps = { toasts: readonly Toast[]; onDrop(id: number): void };

/** Said aloud, too; gone by itself, or when it is pushed away. */
export function ToastList({ toasts, onDrop }: ToastListProps): ReactNode {
  const { t } = useTranslation("ui");
  return (
    <RadixToast.Provider duration={newsMs} label={t("news")}>
      {toasts.map(({ id, text, isError, action }) => (
        <RadixToast.Root
          key={id}
          type={isError ? "foreground" : "background"}
          onOpenChange={(open) => open || onDrop(id)}
          className={classNames(
            "flex animate-rise items-center gap-4 rounded-2xl px-4 py-3 text-sm shadow-raised",
            isError ? "bg-danger-soft text-danger" : "bg-ink text-surface",
          )}
        >
          <RadixToast.Description className="flex-1">{text}</RadixToast.Description>
          {action && (
            <RadixToast.Action altText={action.label} className="font-semibold underline" onClick={action.run}>
              {action.label}
            </RadixToast.Action>
          )}
        </RadixToast.Root>
      ))}
      <RadixToast.Viewport className="fixed inset-x-4 bottom-24 z-50 mx-auto flex max-w-sm flex-col gap-2 outline-none" />
    </RadixToast.Provider>
  );
}
