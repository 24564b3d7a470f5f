import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";

export type ButtonLook = "plain" | "primary" | "quiet" | "danger";

const base =
  "inline-flex items-center justify-center gap-1.5 rounded-md border px-[11px] min-h-8 text-base leading-none whitespace-nowrap select-none disabled:opacity-55 disabled:cursor-not-allowed";
const looks: Record<ButtonLook, string> = {
  plain: "border-line-strong/60 bg-panel text-ink hover:not-disabled:bg-sunk",
  primary: "border-accent bg-accent text-accent-ink font-[550] hover:not-disabled:brightness-110",
  quiet:
    "border-transparent bg-transparent text-ink-2 px-2 hover:not-disabled:bg-sunk hover:not-disabled:text-ink",
  danger: "border-bad bg-panel text-bad hover:not-disabled:bg-bad-soft",
};

/** The classes of a button, for links that look like one. */
export function buttonClass(look: ButtonLook = "plain"): string {
  return classNames(base, looks[look]);
}

export function Button({
  look = "plain",
  className,
  ...rest
}: ComponentProps<"button"> & { look?: ButtonLook }): ReactNode {
  return <button type="button" className={classNames(buttonClass(look), className)} {...rest} />;
}

/** A button that is only a picture; its name is told to those who cannot see it, and on hover. */
export function IconButton({
  label,
  className,
  ...rest
}: Omit<ComponentProps<"button">, "aria-label" | "title"> & { label: string }): ReactNode {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={classNames(
        "inline-flex size-8 shrink-0 items-center justify-center rounded-md text-ink-2 hover:not-disabled:bg-sunk hover:not-disabled:text-ink disabled:opacity-50",
        className,
      )}
      {...rest}
    />
  );
}
