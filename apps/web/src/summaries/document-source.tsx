import { FileText, Upload, X } from "lucide-react";
import { useRef, useState, type DragEvent, type ReactNode } from "react";
import { formatBytes } from "../format/size.ts";
import { Button, IconButton } from "../parts/button.tsx";
import { classNames } from "../parts/class-names.ts";

/** The documents: chosen, or dropped here; each can be taken away again. */
export function DocumentSource({
  files,
  onChange,
  disabled,
}: {
  files: readonly File[];
  onChange: (files: readonly File[]) => void;
  disabled: boolean;
}): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (more: FileList | null): void => {
    if (more === null || disabled) return;
    const names = new Set([...more].map(({ name }) => name));
    onChange([...files.filter(({ name }) => !names.has(name)), ...more]);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div className="flex flex-col gap-2.5">
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={classNames(
          "flex flex-col items-center gap-3 rounded-lg border border-dashed px-4 py-6 text-center",
          over ? "border-accent bg-accent-soft" : "border-line-strong/60",
        )}
      >
        <FileText size={22} aria-hidden className="text-ink-3" />
        <Button onClick={() => input.current?.click()} disabled={disabled}>
          <Upload size={14} aria-hidden />
          Choose files
        </Button>
        <p className="text-sm text-ink-3">or drop them here: PDF, docx, HTML, Markdown, text</p>
        <input
          ref={input}
          type="file"
          multiple
          accept=".pdf,.docx,.html,.htm,.md,.markdown,.txt,text/*"
          aria-label="Documents"
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            take(event.target.files);
            // the same file may be chosen again
            event.target.value = "";
          }}
        />
      </div>
      {files.length > 0 && (
        <ul aria-label="Chosen documents">
          {files.map((file) => (
            <li key={file.name} className="flex items-center gap-x-3 text-sm">
              <span className="min-w-0 grow wrap-anywhere">{file.name}</span>
              <span className="text-ink-3">{formatBytes(file.size)}</span>
              <IconButton
                label={`Take ${file.name} away`}
                disabled={disabled}
                className="size-7"
                onClick={() => onChange(files.filter((one) => one !== file))}
              >
                <X size={14} aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
