import { isBerthError, type LaunchPreview } from "@berth/api";
import type { Launcher, LaunchRequest, PreviewingLauncher } from "@berth/launchers";
import type { Clock } from "@berth/std/clock";
import { withDeadline } from "@berth/std/deadline";
import { isUnreached } from "../controllers/plan-failure.ts";

/** A scheduler that is asked what it would do may take this long; a frozen one takes longer. */
const patienceMs = 20_000;

/** Whether the launcher can tell beforehand what it would do. */
export function canPreview(launcher: Launcher): launcher is Launcher & PreviewingLauncher {
  return "preview" in launcher && "expectedStart" in launcher;
}

/**
 * The preview with what its launcher would put on the place, and when its scheduler would start it. Throws
 * `launch_refused` with the scheduler's words; a scheduler that cannot be asked is a warning.
 */
export async function previewOnCluster(
  preview: LaunchPreview,
  launcher: PreviewingLauncher,
  request: LaunchRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<LaunchPreview> {
  const { jobScript, argv, files, warnings } = launcher.preview(request);
  const start = await expectedStart(launcher, request, clock, signal);
  const expected =
    start.at === undefined
      ? []
      : [`expected to start ${relative(start.at, clock.now())}, as the scheduler sees it now`];
  return {
    ...preview,
    jobScript: jobScript ?? null,
    argv: [...argv],
    files: [...files],
    expectedStartAt: start.at ?? null,
    warnings: [...preview.warnings, ...warnings, ...start.warnings],
    steps: [...preview.steps, ...expected],
  };
}

async function expectedStart(
  launcher: PreviewingLauncher,
  request: LaunchRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly at: number | undefined; readonly warnings: readonly string[] }> {
  try {
    const at = await withDeadline(clock, patienceMs, signal, (deadline) =>
      launcher.expectedStart(request, deadline),
    );
    return { at, warnings: [] };
  } catch (error) {
    if (signal.aborted || (isBerthError(error) && !isUnreached(error.code))) throw error;
    const words = error instanceof Error ? error.message : String(error);
    return { at: undefined, warnings: [`when it would start cannot be told: ${words}`] };
  }
}

function relative(at: number, now: number): string {
  const minutes = Math.round((at - now) / 60_000);
  if (minutes < 1) return "at once";
  return minutes < 120 ? `in ${minutes} minutes` : `in ${Math.round(minutes / 60)} hours`;
}
