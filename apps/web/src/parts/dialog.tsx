import { X } from "lucide-react";
import { AlertDialog, Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { buttonClass, IconButton } from "./button.tsx";

export const veilClass = "fixed inset-0 z-40 bg-veil";
const panelClass =
  "fixed top-[8vh] left-1/2 z-50 flex max-h-[84vh] w-[min(var(--dialog-width),calc(100vw-24px))] -translate-x-1/2 flex-col rounded-lg border border-line bg-panel shadow-float outline-none";

export function Dialog({
  open,
  onClose,
  title,
  description,
  wide = false,
  children,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string;
  wide?: boolean;
  children: ReactNode;
}): ReactNode {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={veilClass} />
        <Radix.Content
          className={panelClass}
          style={{ "--dialog-width": wide ? "760px" : "480px" } as Record<string, string>}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
        >
          <header className="flex items-start gap-2 border-b border-line py-2 pr-2 pl-4">
            <div className="grow py-1">
              <Radix.Title className="font-semibold">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="mt-0.5 text-sm text-ink-2">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close">
                <X size={16} aria-hidden />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="overflow-y-auto p-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Asks before something is lost; `loss` names what. */
export function ConfirmDialog({
  open,
  onClose,
  title,
  loss,
  action,
  onConfirm,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  loss: ReactNode;
  action: string;
  onConfirm: () => void;
}): ReactNode {
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={veilClass} />
        <AlertDialog.Content
          className={panelClass}
          style={{ "--dialog-width": "460px" } as Record<string, string>}
        >
          <div className="overflow-y-auto p-4">
            <AlertDialog.Title className="text-base font-semibold wrap-anywhere">{title}</AlertDialog.Title>
            <AlertDialog.Description asChild>
              <div className="mt-2 text-ink-2 wrap-anywhere">{loss}</div>
            </AlertDialog.Description>
          </div>
          <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">
            <AlertDialog.Cancel className={buttonClass("plain")}>Cancel</AlertDialog.Cancel>
            <AlertDialog.Action className={buttonClass("danger")} onClick={onConfirm}>
              {action}
            </AlertDialog.Action>
          </footer>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
