import { ChevronRight } from "lucide-react";
import { Collapsible } from "radix-ui";
import type { ReactNode } from "react";

/** Fields that most leave alone, folded away. */
export function More({
  title,
  open = false,
  children,
}: {
  title: string;
  /** Whether it begins unfolded. */
  open?: boolean;
  children: ReactNode;
}): ReactNode {
  return (
    <Collapsible.Root defaultOpen={open}>
      <Collapsible.Trigger className="group inline-flex items-center gap-1 rounded text-ink-2 hover:text-ink">
        <ChevronRight size={14} aria-hidden className="group-data-[state=open]:rotate-90" />
        {title}
      </Collapsible.Trigger>
      <Collapsible.Content className="mt-3 flex flex-col gap-3.5">{children}</Collapsible.Content>
    </Collapsible.Root>
  );
}
