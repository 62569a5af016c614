/** A button on the viewer's dark ground, which is dark in both themes. */
import type { ComponentProps, ReactNode } from "react";
import { IconButton } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";

export function ViewerButton({ className, ...rest }: ComponentProps<typeof IconButton>): ReactNode {
  return <IconButton {...rest} className={classNames("text-ink!", className)} />;
}
