import type { LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export interface MenuAction {
  readonly title: string;
  readonly Icon: LucideIcon;
  readonly run: () => void;
  readonly danger?: boolean;
}

/** A button's further actions. The trigger must be a button that takes a ref. */
export function Menu({
  trigger,
  actions,
}: {
  trigger: ReactNode;
  actions: readonly MenuAction[];
}): ReactNode {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-40 rounded-lg border border-line bg-panel p-1 shadow-float"
        >
          {actions.map(({ title, Icon, run, danger = false }) => (
            <DropdownMenu.Item
              key={title}
              onSelect={run}
              className={classNames(
                "flex items-center gap-2.5 rounded-md px-2.5 py-1.5 outline-none select-none data-highlighted:bg-accent-soft",
                danger && "text-bad",
              )}
            >
              <Icon size={14} aria-hidden />
              {title}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
