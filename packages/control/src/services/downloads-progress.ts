import type { Download } from "@berth/api";
import type { DownloadProgress } from "@berth/catalog";

const halfLifeMs = 3_000;
/** Samples nearer than this say more of the buffers in between than of the connection. */
const shortestSpanMs = 200;

/** How fast bytes come: an average in which what is three seconds old counts half. */
export class TransferRate {
  #last: { readonly bytes: number; readonly at: number } | undefined;
  #bytesPerSecond: number | null = null;

  /** `null` until two samples are far enough apart. */
  get bytesPerSecond(): number | null {
    return this.#bytesPerSecond;
  }

  /** `at` in milliseconds of a clock that never jumps. Bytes that were there from the start do not count. */
  sample(bytes: number, at: number): void {
    const last = this.#last;
    // fewer than before: a file was begun again
    if (last === undefined || bytes < last.bytes) {
      this.#last = { bytes, at };
      return;
    }
    const spanMs = at - last.at;
    if (spanMs < shortestSpanMs) return;
    const rate = ((bytes - last.bytes) * 1000) / spanMs;
    const keep = 0.5 ** (spanMs / halfLifeMs);
    this.#bytesPerSecond =
      this.#bytesPerSecond === null ? rate : this.#bytesPerSecond * keep + rate * (1 - keep);
    this.#last = { bytes, at };
  }
}

/** The row of a running download after the progress. */
export function withProgress(
  download: Download,
  progress: DownloadProgress,
  rate: TransferRate,
  now: number,
): Download {
  const { bytesPerSecond } = rate;
  const left = progress.bytesTotal - progress.bytesDone;
  // nothing was heard of the bytes yet: those of the plan stay
  if (progress.bytesTotal === 0 && (download.bytesTotal ?? 0) > 0) {
    return { ...download, status: "RUNNING", statusReason: progress.step ?? null, updatedAt: now };
  }
  return {
    ...download,
    status: progress.phase === "verifying" ? "VERIFYING" : "RUNNING",
    statusReason: progress.step ?? null,
    bytesDone: progress.bytesDone,
    bytesTotal: progress.bytesTotal,
    bytesPerSecond: bytesPerSecond === null ? null : Math.round(bytesPerSecond),
    etaSeconds: bytesPerSecond === null || bytesPerSecond < 1 ? null : Math.ceil(left / bytesPerSecond),
    updatedAt: now,
  };
}
