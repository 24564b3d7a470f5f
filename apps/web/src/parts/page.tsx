import { useEffect, type ReactNode } from "react";
import { classNames } from "./class-names.ts";

/** A page's frame: its title (also the window's), what can be done on it, and its content. */
export function Page({
  title,
  heading,
  actions,
  children,
}: {
  title: string;
  /** What stands in the heading's place when the title alone says too little. */
  heading?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}): ReactNode {
  useTitle(title);
  return (
    <div className="mx-auto w-full max-w-[1920px] px-3.5 pt-4 pb-10 md:px-6.5">
      <header className="mb-3.5 flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="flex min-w-0 grow flex-wrap items-baseline gap-x-3 gap-y-1">
          {heading ?? <Heading>{title}</Heading>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function Heading({ children }: { children: ReactNode }): ReactNode {
  return <h1 className="text-lg font-[640] tracking-[-0.015em] wrap-anywhere">{children}</h1>;
}

/** A bordered panel; its title is a heading of the second rank. */
export function Card({
  title,
  aside,
  className,
  children,
}: {
  title?: ReactNode;
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}): ReactNode {
  return (
    <section className={classNames("min-w-0 rounded-lg border border-line bg-panel", className)}>
      {title !== undefined && (
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-3.5 py-2.5">
          <h2 className="text-[13px] font-semibold">{title}</h2>
          {aside !== undefined && <div className="ml-auto text-sm text-ink-3">{aside}</div>}
        </div>
      )}
      {children}
    </section>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Berth`;
  }, [title]);
}
