import type { Endpoint } from "@berth/api";
import type { ReactNode } from "react";
import { formatCount } from "../format/size.ts";
import { ConfirmDialog } from "../parts/dialog.tsx";

interface QuestionProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly endpoint: Endpoint;
  readonly onYes: () => void;
}

export function PauseQuestion({ open, onClose, endpoint, onYes }: QuestionProps): ReactNode {
  const { fullName, replicas, inFlight, waiting } = endpoint;
  const running = replicas.ready + replicas.starting;
  const calls = inFlight + waiting;
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={`Pause ${fullName}?`}
      loss={
        <p>
          {running === 0
            ? "No replica is started"
            : `${counted(running, "replica is", "replicas are")} stopped`}
          {calls > 0 &&
            `, and ${counted(calls, "call under way is", "calls under way are")} ended or refused`}
          . Until it is resumed calls are refused, and jobs are taken and wait.
        </p>
      }
      action="Pause it"
      onConfirm={onYes}
    />
  );
}

export function DeleteQuestion({ open, onClose, endpoint, onYes }: QuestionProps): ReactNode {
  const { fullName, replicas, jobs } = endpoint;
  const running = replicas.ready + replicas.starting + replicas.draining;
  const unfinished = jobs.queued + jobs.running;
  return (
    <ConfirmDialog
      open={open}
      onClose={onClose}
      title={`Delete ${fullName}?`}
      loss={
        <>
          <ul className="list-disc pl-4.5">
            {running > 0 && <li>{counted(running, "replica is", "replicas are")} stopped.</li>}
            {unfinished > 0 && <li>{counted(unfinished, "job is", "jobs are")} cancelled.</li>}
            <li>Callers of {fullName} are refused.</li>
            <li>Its deployments, its history and the results of its jobs are forgotten.</li>
          </ul>
          <p className="mt-2">This cannot be undone. Models and secrets stay.</p>
        </>
      }
      action="Delete it"
      onConfirm={onYes}
    />
  );
}

function counted(count: number, one: string, several: string): string {
  return count === 1 ? `One ${one}` : `${formatCount(count)} ${several}`;
}
