import type { Client } from "@berth/client";
import type { UseQueryResult } from "@tanstack/react-query";
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { CodeBlock } from "../code/code-block.tsx";
import { formatBytes } from "../format/size.ts";
import { Button } from "../parts/button.tsx";
import { Loading, Problem } from "../parts/notice.tsx";
import { Card } from "../parts/page.tsx";
import { saveFile } from "../parts/save-file.ts";
import { readable } from "../requests/kept-call.ts";

type RawReply = Awaited<ReturnType<Client["getJobInput"]>>;

/** Longer texts are only offered as a file. */
const shownUpTo = 400_000;

/** What a job was sent or left: read here where it is text, and saved as a file. */
export function BodyView({
  title,
  name,
  note,
  body: { data, error, refetch },
}: {
  title: string;
  /** Of the file, without its ending. */
  name: string;
  /** Stands beside its size. */
  note?: string | undefined;
  body: UseQueryResult<RawReply>;
}): ReactNode {
  return (
    <Card
      title={title}
      aside={data === undefined ? undefined : <Save reply={data} name={name} note={note} />}
    >
      {data === undefined && error === null && <Loading what={title.toLowerCase()} />}
      {data === undefined && error !== null && (
        <div className="p-3.5">
          <Problem error={error} retry={() => void refetch()} />
        </div>
      )}
      {data !== undefined && <Content reply={data} title={title} />}
    </Card>
  );
}

function Content({ reply, title }: { reply: RawReply; title: string }): ReactNode {
  const { contentType = "", bytes } = reply;
  if (bytes.byteLength === 0) return <p className="px-3.5 py-3 text-ink-3">It is empty.</p>;
  if (!isText(contentType) || bytes.byteLength > shownUpTo)
    return (
      <p className="px-3.5 py-3 text-ink-2">
        {formatBytes(bytes.byteLength)} of {contentType === "" ? "an unknown type" : contentType}. Save it to
        look at it.
      </p>
    );
  const text = new TextDecoder().decode(bytes);
  const shown = readable(text);
  return (
    <div className="max-h-120 overflow-y-auto">
      <CodeBlock
        bare
        code={shown}
        language={shown === text ? "text" : "json"}
        what={`the ${title.toLowerCase()}`}
      />
    </div>
  );
}

function Save({
  reply: { contentType = "", bytes },
  name,
  note,
}: {
  reply: RawReply;
  name: string;
  note: string | undefined;
}): ReactNode {
  const type = contentType.split(";")[0] ?? "";
  const ending = endings[type] ?? (type.startsWith("text/") ? "txt" : "bin");
  return (
    <span className="flex items-center gap-2">
      {[note, formatBytes(bytes.byteLength)].filter(Boolean).join(" · ")}
      <Button
        look="quiet"
        className="-my-1.5"
        onClick={() => saveFile(`${name}.${ending}`, type, new Uint8Array(bytes))}
      >
        <Download size={14} aria-hidden />
        Save
      </Button>
    </span>
  );
}

const endings: Readonly<Record<string, string>> = {
  "application/json": "json",
  "image/png": "png",
  "image/jpeg": "jpg",
  "audio/wav": "wav",
  "audio/mpeg": "mp3",
};

function isText(contentType: string): boolean {
  return /^text\/|json|xml|javascript|x-www-form-urlencoded/.test(contentType);
}
