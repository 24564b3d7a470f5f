import type { Download, DownloadStatus } from "@berth/api";
import { formatBytes } from "../format/size.ts";
import { formatSpan } from "../format/time.ts";

export const downloadSigns = {
  QUEUED: { tone: "wait", shape: "○", word: "Queued" },
  RUNNING: { tone: "warn", shape: "◐", word: "Downloading" },
  VERIFYING: { tone: "warn", shape: "◐", word: "Verifying" },
  COMPLETED: { tone: "ok", shape: "●", word: "Complete" },
  FAILED: { tone: "bad", shape: "✕", word: "Failed" },
  CANCELLED: { tone: "off", shape: "■", word: "Cancelled" },
} as const satisfies Record<DownloadStatus, unknown>;

export function isMoving({ status }: Download): boolean {
  return status === "QUEUED" || status === "RUNNING" || status === "VERIFYING";
}

export function canResume({ status }: Download): boolean {
  return status === "FAILED" || status === "CANCELLED";
}

/** "1.31 GB of 4.68 GB · 28 % · 41 MB/s · 1 min 22 s left"; what is not known is left out. */
export function downloadNumbers(download: Download): string {
  const { bytesDone, bytesTotal, bytesPerSecond, etaSeconds, status } = download;
  if (status === "COMPLETED") return formatBytes(bytesTotal ?? bytesDone);
  const parts = [
    bytesTotal === null ? formatBytes(bytesDone) : `${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}`,
  ];
  if (bytesTotal !== null && bytesTotal > 0) parts.push(`${Math.floor((bytesDone / bytesTotal) * 100)} %`);
  if (isMoving(download) && bytesPerSecond !== null) parts.push(`${formatBytes(bytesPerSecond)}/s`);
  if (isMoving(download) && etaSeconds !== null) parts.push(`${formatSpan(etaSeconds * 1000)} left`);
  return parts.join(" · ");
}
