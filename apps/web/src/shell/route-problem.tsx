import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";
import { failureOf, isConnectionFailure } from "../api/failure.ts";
import { Button } from "../parts/button.tsx";
import { Notice } from "../parts/notice.tsx";

const retryMs = 2000;

/** In a page's place when it cannot be shown. When only the server is away, it comes back by itself. */
export function RouteProblem({ error, reset }: ErrorComponentProps): ReactNode {
  const router = useRouter();
  const away = isConnectionFailure(error);
  const retry = (): void => {
    reset();
    void router.invalidate();
  };
  useEffect(() => {
    if (!away) return;
    const timer = setInterval(() => void router.invalidate(), retryMs);
    return () => clearInterval(timer);
  }, [away, router]);
  return (
    <div className="mx-auto max-w-[640px] p-4 pt-16">
      <Notice look="bad" title={failureOf(error).message} action={<Button onClick={retry}>Try again</Button>}>
        {away && (
          <p className="mt-1 text-ink-2">
            Start it with <code className="font-mono text-sm">berth start</code>. This page goes on by itself
            as soon as it answers.
          </p>
        )}
      </Notice>
    </div>
  );
}
