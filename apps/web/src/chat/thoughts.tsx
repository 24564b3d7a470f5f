import { ChevronRight } from "lucide-react";
import { Collapsible } from "radix-ui";
import type { ReactNode } from "react";

/** What a reasoning model thought, folded away beside its answer. */
export function Thoughts({ text, growing = false }: { text: string; growing?: boolean }): ReactNode {
  return (
    <Collapsible.Root className="mb-2">
      <Collapsible.Trigger className="group inline-flex items-center gap-1 rounded text-sm text-ink-2 hover:text-ink">
        <ChevronRight size={13} aria-hidden className="group-data-[state=open]:rotate-90" />
        {growing ? <span className="pulse">Thinking …</span> : "Thoughts"}
      </Collapsible.Trigger>
      <Collapsible.Content className="mt-1 border-l-2 border-line pl-3 text-sm wrap-anywhere whitespace-pre-wrap text-ink-2">
        {text}
      </Collapsible.Content>
    </Collapsible.Root>
  );
}
