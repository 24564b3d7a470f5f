import { X } from "lucide-react";
import { Toast } from "radix-ui";
import type { ReactNode } from "react";
import { useStore } from "../state/store.ts";
import { buttonClass } from "./button.tsx";
import { dismissToast, toasts } from "./toasts.ts";

/** Shows the remarks; those that can be undone stay longer. F8 moves the focus to them. */
export function Toaster(): ReactNode {
  const items = useStore(toasts);
  return (
    <Toast.Provider swipeDirection="right">
      {items.map(({ id, title, action }) => (
        <Toast.Root
          key={id}
          duration={action === undefined ? 5000 : 10_000}
          onOpenChange={(open) => {
            if (!open) dismissToast(id);
          }}
          className="flex items-center gap-3 rounded-lg border border-line bg-panel py-1.5 pr-1.5 pl-3.5 shadow-float"
        >
          <Toast.Title className="grow wrap-anywhere">{title}</Toast.Title>
          {action !== undefined && (
            <Toast.Action altText={action.label} onClick={action.run} className={buttonClass("plain")}>
              {action.label}
            </Toast.Action>
          )}
          <Toast.Close
            aria-label="Dismiss"
            className="inline-flex size-8 items-center justify-center text-ink-3"
          >
            <X size={14} aria-hidden />
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport className="fixed right-3 bottom-3 z-60 flex w-[min(400px,calc(100vw-24px))] flex-col gap-2 outline-none" />
    </Toast.Provider>
  );
}
