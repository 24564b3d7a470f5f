import type { ReactNode } from "react";
import { ChatSettingsPanel } from "../chat/chat-settings.tsx";
import { Button } from "../parts/button.tsx";
import { Sheet } from "../parts/dialogs.tsx";
import { useStore } from "../state/store.ts";
import { changeColumn, changeShared, comparison } from "./comparison.ts";

/** Stands for the settings that columns share, where a column's id could stand. */
export const everyColumn = "every";

/** The settings of all columns, or those that one has for itself. */
export function CompareSettings({ of, onClose }: { of: string | undefined; onClose: () => void }): ReactNode {
  const { columns, shared } = useStore(comparison);
  const column = columns.find(({ id }) => id === of);
  const own = column?.own;
  const set = (settings: typeof own): void => {
    if (column !== undefined) changeColumn(column.id, (now) => ({ ...now, own: settings }));
  };
  const sharing = columns.filter((one) => one.own === undefined).length;
  return (
    <Sheet
      open={of === everyColumn || column !== undefined}
      onClose={onClose}
      title={column === undefined ? "Settings of all columns" : `Settings of ${column.model}`}
      side="right"
    >
      {column === undefined ? (
        <>
          {sharing < columns.length && (
            <p className="px-3.5 pt-3.5 text-sm text-ink-2">
              {columns.length - sharing} of {columns.length} columns have settings of their own and do not
              follow these.
            </p>
          )}
          <ChatSettingsPanel settings={shared} onChange={changeShared} />
        </>
      ) : own === undefined ? (
        <div className="flex flex-col items-start gap-3 p-3.5">
          <p className="text-ink-2">This column is asked with the settings that all columns share.</p>
          <Button onClick={() => set(shared)}>Give it its own</Button>
        </div>
      ) : (
        <>
          <div className="px-3.5 pt-3.5">
            <Button onClick={() => set(undefined)}>Share those of all columns</Button>
          </div>
          <ChatSettingsPanel settings={own} onChange={(change) => set({ ...own, ...change })} />
        </>
      )}
    </Sheet>
  );
}
