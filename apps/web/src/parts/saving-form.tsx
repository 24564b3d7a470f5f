import type { ReactNode } from "react";
import type { Failure } from "../api/failure.ts";
import { Button } from "./button.tsx";
import { Notice } from "./notice.tsx";

/** A form that is saved as a whole. What the last try was refused for stands above the button where no field tells it. */
export function SavingForm({
  onSave,
  action,
  disabled,
  failure,
  tells,
  more,
  children,
}: {
  onSave: () => void;
  /** The words of the button. */
  action: string;
  disabled: boolean;
  failure: Failure | undefined;
  /** Whether the field of this name shows what is wrong with it. */
  tells: (param: string) => boolean;
  /** Further buttons. */
  more?: ReactNode;
  children: ReactNode;
}): ReactNode {
  const isTold = failure?.param !== undefined && tells(failure.param);
  return (
    <form
      className="flex flex-col gap-3.5"
      onSubmit={(event) => {
        event.preventDefault();
        onSave();
      }}
    >
      {children}
      {failure !== undefined && !isTold && <Notice look="bad" title={failure.message} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={disabled}>
          {action}
        </Button>
        {more}
      </div>
    </form>
  );
}
