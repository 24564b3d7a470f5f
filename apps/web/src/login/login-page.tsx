import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { failureOf } from "../api/failure.ts";
import { logIn } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Field } from "../parts/field.tsx";
import { useTitle } from "../parts/page.tsx";
import { BrandMark } from "../shell/brand.tsx";
import { codeOf } from "./code.ts";

type Attempt =
  | { readonly kind: "idle" }
  | { readonly kind: "trying" }
  | { readonly kind: "refused"; readonly message: string };

/** Enters the console with a one-time code: from the address (`/login#CODE`), or typed. */
export function LoginPage(): ReactNode {
  useTitle("Log in");
  const [code, setCode] = useState("");
  const { attempt, enter } = useEntrance();
  const busy = attempt.kind === "trying";
  return (
    <main className="mx-auto flex min-h-dvh max-w-[400px] flex-col justify-center px-4 py-10">
      <h1 className="flex items-center gap-2.5 text-lg font-[650]">
        <BrandMark size={26} />
        Berth
      </h1>
      <p className="mt-4 text-ink-2">
        The console opens with a code that works once. Get one on the machine where Berth runs:
      </p>
      <p className="mt-2 flex items-center justify-between rounded-md border border-line bg-code py-1 pr-1 pl-3 font-mono text-sm">
        berth open
        <CopyButton text="berth open" what="the command" />
      </p>
      <form
        className="mt-5 flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void enter(codeOf(code));
        }}
      >
        <Field label="One-time code" error={attempt.kind === "refused" ? attempt.message : undefined}>
          {(ids) => (
            <input
              {...ids}
              className="field font-mono"
              value={code}
              onChange={(event) => setCode(event.target.value)}
              autoComplete="one-time-code"
              autoCapitalize="off"
              spellCheck={false}
              autoFocus
              required
            />
          )}
        </Field>
        <Button type="submit" look="primary" disabled={busy || codeOf(code) === ""}>
          {busy ? "Entering …" : "Enter"}
        </Button>
      </form>
    </main>
  );
}

function useEntrance(): { attempt: Attempt; enter: (code: string) => Promise<void> } {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { next } = useSearch({ from: "/login" });
  const [attempt, setAttempt] = useState<Attempt>({ kind: "idle" });
  const enter = useCallback(
    async (code: string) => {
      setAttempt({ kind: "trying" });
      try {
        await logIn(queries, code);
        await navigate({ href: localHref(next), replace: true });
      } catch (error) {
        setAttempt({ kind: "refused", message: failureOf(error).message });
      }
    },
    [queries, navigate, next],
  );
  const tried = useRef(false);
  useEffect(() => {
    const code = codeOf(location.hash.slice(1));
    // once, even where effects run twice: the code would be refused the second time
    if (code === "" || tried.current) return;
    tried.current = true;
    history.replaceState(history.state, "", location.pathname + location.search);
    void enter(code);
  }, [enter]);
  return { attempt, enter };
}

/** Only addresses of this console are followed. */
function localHref(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : "/";
}
