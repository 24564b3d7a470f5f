import type { Deployment, Endpoint } from "@berth/api";
import type { ReactNode } from "react";
import { ConfirmDialog } from "../parts/dialog.tsx";
import { ChangeList } from "./change-list.tsx";
import { configurationChanges } from "./configuration-changes.ts";

/** Rolls an earlier deployment's configuration out again; tells first what that changes. */
export function RollbackQuestion({
  open,
  onClose,
  endpoint,
  current,
  target,
  onYes,
}: {
  open: boolean;
  onClose: () => void;
  endpoint: Endpoint;
  /** What answers now. */
  current: Deployment | undefined;
  target: Deployment;
  onYes: () => void;
}): ReactNode {
  const changes =
    current === undefined ? [] : configurationChanges(current.configuration, target.configuration);
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={`Roll ${endpoint.fullName} back to deployment ${target.number}?`}
      loss={
        <>
          <p>
            A new deployment with its configuration is rolled out.{" "}
            {current !== undefined && `Deployment ${current.number} answers until it is ready.`}
            {endpoint.hasChanges && " Changes that are not deployed are given up."}
          </p>
          {changes.length > 0 && (
            <div className="mt-2.5">
              <ChangeList label="What changes" changes={changes} />
            </div>
          )}
          {current !== undefined && changes.length === 0 && (
            <p className="mt-2">It is the same as what answers now.</p>
          )}
        </>
      }
      action="Roll back"
      onConfirm={onYes}
    />
  );
}
