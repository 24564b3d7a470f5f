import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { systemQuery } from "../api/queries.ts";
import { Notice } from "../parts/notice.tsx";

/** What a gated repository asks of a person before its files can be had. */
export function Gated({ repo, message }: { repo: string; message?: string }): ReactNode {
  const hub = useQuery(systemQuery).data?.hub;
  const page = `${hub?.endpoint ?? "https://huggingface.co"}/${repo}`;
  return (
    <Notice look="warn" title="This model is gated: its makers want their terms accepted first">
      {message !== undefined && <p className="mt-0.5">{message}</p>}
      <ol className="mt-1 list-decimal pl-5 text-ink-2">
        <li>
          Accept the terms at{" "}
          <a
            href={page}
            target="_blank"
            rel="noopener noreferrer"
            className="text-accent underline underline-offset-2"
          >
            {page}
          </a>
        </li>
        <li>
          {hub?.hasToken === true ? (
            "The server has an HF_TOKEN; it must belong to the account that accepted."
          ) : (
            <>
              Start the server with <code className="font-mono text-sm">HF_TOKEN</code> set to a token of that
              account.
            </>
          )}
        </li>
      </ol>
    </Notice>
  );
}
