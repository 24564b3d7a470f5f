import type { Board } from "./board.ts";

/**
 * How long it will take yet, by how long this round's calls have taken: the waves that are left, and one more call to
 * merge. `undefined` before anything has ended.
 */
export function remainingMs(board: Board, tookMs: readonly number[], parallel: number): number | undefined {
  if (tookMs.length === 0) return undefined;
  const meanMs = tookMs.reduce((sum, ms) => sum + ms, 0) / tookMs.length;
  const left = board.calls.filter(({ state }) => state.kind === "waiting" || state.kind === "running").length;
  const merges = board.calls.length > 1 ? 1 : 0;
  return Math.round((Math.ceil(left / parallel) + merges) * meanMs);
}
