import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { CodeBlock } from "../code/code-block.tsx";
import { Select } from "../parts/select.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { readStored, writeStored } from "../state/stored.ts";
import type { SnippetLanguage } from "./plain-snippet.ts";
import { snippet, snippetLanguages, type Call } from "./snippet.ts";

export interface Address {
  readonly name: string;
  readonly url: string;
}

/** Berth's own address, under which every model can be called. */
export function berthAddress(): Address {
  return { name: "Berth's address", url: `${location.origin}/v1` };
}

/** The address of a service's own port, on the host this page came from. */
export function portAddress(port: number): Address {
  return { name: "its own port", url: `http://${location.hostname}:${port}/v1` };
}

/** How to call a model from elsewhere: whole programs, filled in and ready to copy. */
export function CallIt({
  call,
  addresses,
}: {
  call: Omit<Call, "baseUrl">;
  addresses: readonly Address[];
}): ReactNode {
  const [chosen, setChosen] = useState(addresses[0]?.url ?? "");
  const baseUrl = addresses.some(({ url }) => url === chosen) ? chosen : (addresses[0]?.url ?? "");
  return (
    <div>
      {addresses.length > 1 && (
        <div className="flex flex-wrap items-center gap-2 px-3.5 pt-3">
          <span className="text-sm text-ink-2">Call it under</span>
          <div className="max-w-full">
            <Select
              label="Address"
              value={baseUrl}
              onChange={setChosen}
              choices={addresses.map(({ name, url }) => ({ value: url, label: `${name} · ${url}` }))}
            />
          </div>
        </div>
      )}
      <Snippets of={(language) => snippet({ ...call, baseUrl }, language)} />
    </div>
  );
}

/** The same call in each language; which one is looked at is remembered. */
export function Snippets({ of }: { of: (language: SnippetLanguage) => string }): ReactNode {
  const [language, setLanguage] = useState(() => readStored("snippets", parseLanguage));
  return (
    <>
      <Tabs
        label="Language"
        value={language}
        onChange={(next) => {
          setLanguage(next);
          writeStored("snippets", next);
        }}
        tabs={snippetLanguages.map(({ language: name, title }) => ({
          name,
          title,
          content: (
            <CodeBlock
              bare
              code={of(name)}
              language={name === "curl" ? "bash" : name}
              what={`the ${title} snippet`}
            />
          ),
        }))}
      />
      <p className="border-t border-line px-3.5 py-2 text-sm text-ink-2">
        Put a key into <code className="font-mono text-xs">BERTH_KEY</code> first; keys are made{" "}
        <Link to="/keys" className="text-accent underline underline-offset-2">
          on the Keys page
        </Link>{" "}
        or with <code className="font-mono text-xs">berth key create</code>.
      </p>
    </>
  );
}

function parseLanguage(value: unknown): SnippetLanguage {
  return snippetLanguages.find(({ language }) => language === value)?.language ?? "curl";
}
