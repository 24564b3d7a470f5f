import type { ReactNode } from "react";
import { failureOf } from "../api/failure.ts";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";

const looks = {
  bad: { box: "border-bad/45 bg-bad-soft", shape: "✕", ink: "text-bad" },
  warn: { box: "border-warn/45 bg-warn-soft", shape: "▲", ink: "text-warn" },
  plain: { box: "border-line bg-sunk", shape: "", ink: "text-ink-2" },
} as const;

/** Something the reader should know, in its place. */
export function Notice({
  look,
  title,
  action,
  children,
}: {
  look: keyof typeof looks;
  title?: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
}): ReactNode {
  const { box, shape, ink } = looks[look];
  return (
    <div
      role={look === "bad" ? "alert" : undefined}
      className={classNames(
        "flex flex-wrap items-start gap-x-4 gap-y-2 rounded-lg border px-3.5 py-2.5",
        box,
      )}
    >
      <div className="min-w-0 grow basis-60 wrap-anywhere">
        {title !== undefined && (
          <p className={classNames("font-[550]", ink)}>
            {shape !== "" && (
              <span aria-hidden className="mr-1.5 text-[11px]">
                {shape}
              </span>
            )}
            {title}
          </p>
        )}
        {children}
      </div>
      {action}
    </div>
  );
}

/** What a failed call said, and another try. */
export function Problem({ error, retry }: { error: unknown; retry?: (() => void) | undefined }): ReactNode {
  const { message, requestId } = failureOf(error);
  return (
    <Notice
      look="bad"
      title={message}
      action={retry === undefined ? undefined : <Button onClick={retry}>Try again</Button>}
    >
      {requestId !== undefined && (
        <p className="mt-0.5 font-mono text-xs text-ink-2">request {requestId} in the server's log</p>
      )}
    </Notice>
  );
}

/** A room with nothing in it yet: what it is for, and the next step. */
export function Empty({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <div className="px-4 py-10 text-center">
      <p className="font-[550]">{title}</p>
      <div className="mx-auto mt-1.5 max-w-[58ch] text-ink-2">{children}</div>
    </div>
  );
}

/** Holds the place of what is being read; says so only to those who cannot see it move. */
export function Loading({ what }: { what: string }): ReactNode {
  return (
    <div role="status" className="flex flex-col gap-3 p-4">
      <span className="sr-only">Loading {what}</span>
      {[68, 84, 52].map((width) => (
        <span key={width} aria-hidden className="pulse h-3 rounded bg-line" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
