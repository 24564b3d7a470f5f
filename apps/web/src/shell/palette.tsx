import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Dialog } from "radix-ui";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { modelsQuery, servicesQuery } from "../api/queries.ts";
import { endpointsQuery } from "../endpoints/endpoint-queries.ts";
import { classNames } from "../parts/class-names.ts";
import { veilClass } from "../parts/dialog.tsx";
import { findEntries, type PaletteEntry } from "./palette-entries.ts";

/** Finds any page, endpoint, service, model or action by a few of its letters. */
export function Palette({ onClose }: { onClose: () => void }): ReactNode {
  const navigate = useNavigate();
  const endpoints = useQuery(endpointsQuery).data;
  const services = useQuery(servicesQuery).data;
  const models = useQuery(modelsQuery).data;
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const listId = useId();
  const entries = useMemo(
    () => findEntries(text, endpoints ?? [], services ?? [], models ?? []),
    [text, endpoints, services, models],
  );
  const choose = (entry: PaletteEntry | undefined): void => {
    if (entry === undefined) return;
    onClose();
    if (entry.kind === "action") entry.run();
    else void navigate(entry.target);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setActive((active + step + entries.length) % Math.max(1, entries.length));
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      choose(entries[active]);
    }
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={veilClass} />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[70vh] w-[min(620px,calc(100vw-24px))] -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line bg-panel shadow-float outline-none"
        >
          <Dialog.Title className="sr-only">Find anything</Dialog.Title>
          <input
            role="combobox"
            aria-expanded
            aria-controls={listId}
            aria-activedescendant={entries[active] === undefined ? undefined : `${listId}-${active}`}
            aria-label="Find a page, service, model or action"
            placeholder="Find a page, service, model or action …"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setActive(0);
            }}
            onKeyDown={onKeyDown}
            className="w-full border-b border-line bg-transparent px-4 py-3 outline-none"
          />
          <Entries id={listId} entries={entries} active={active} onHover={setActive} onChoose={choose} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Entries({
  id,
  entries,
  active,
  onHover,
  onChoose,
}: {
  id: string;
  entries: readonly PaletteEntry[];
  active: number;
  onHover: (index: number) => void;
  onChoose: (entry: PaletteEntry) => void;
}): ReactNode {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <>
      <ul ref={list} id={id} role="listbox" aria-label="Found" className="overflow-y-auto p-1.5">
        {entries.map((entry, index) => (
          // the input keeps the focus; its arrows and Enter do what the pointer does here
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={entry.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            onPointerMove={() => onHover(index)}
            onClick={() => onChoose(entry)}
            className={classNames(
              "flex items-baseline gap-3 rounded-md px-2.5 py-1.5",
              index === active && "bg-accent-soft",
            )}
          >
            <span className="min-w-0 grow wrap-anywhere">{entry.title}</span>
            <span className="shrink-0 text-sm text-ink-2">{entry.hint}</span>
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p className="px-4 pb-4 text-ink-2">Nothing is called that here.</p>}
    </>
  );
}
