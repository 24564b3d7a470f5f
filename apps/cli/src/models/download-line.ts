import type { Download } from "@berth/api";
import { byteSize } from "../terminal/quantities.ts";
import { clockTime } from "../terminal/relative-time.ts";

const barCells = 20;
const milestonePercent = 10;

/** `owner/name Q4_K_M  ━━━━━━────── 42 %  1.2 GB of 2.9 GB  34 MB/s  0:51 left`. */
export function downloadLine(download: Download): string {
  const { status, statusReason, bytesDone, bytesTotal, bytesPerSecond, etaSeconds } = download;
  const parts = [title(download)];
  if (status === "RUNNING" && bytesTotal !== null) {
    parts.push(`${bar(bytesDone, bytesTotal)} ${percent(bytesDone, bytesTotal)} %`);
    parts.push(`${byteSize(bytesDone)} of ${byteSize(bytesTotal)}`);
  } else if (status === "RUNNING") {
    parts.push(byteSize(bytesDone));
  } else {
    parts.push(status.toLowerCase());
  }
  if (status === "RUNNING" && bytesPerSecond !== null) parts.push(`${byteSize(bytesPerSecond)}/s`);
  if (status === "RUNNING" && etaSeconds !== null) parts.push(`${clockTime(etaSeconds)} left`);
  if (statusReason !== null) parts.push(statusReason);
  return parts.join("  ");
}

/** The same for where lines cannot be rewritten: changes with the status and every tenth of the way. */
export function downloadMilestone(download: Download): string {
  const { status, statusReason, bytesDone, bytesTotal } = download;
  if (status !== "RUNNING" || bytesTotal === null) return `${title(download)}: ${status.toLowerCase()}`;
  const step = statusReason === null ? "" : `, ${statusReason}`;
  const reached = Math.floor(percent(bytesDone, bytesTotal) / milestonePercent) * milestonePercent;
  return `${title(download)}: ${reached} % of ${byteSize(bytesTotal)}${step}`;
}

function title({ repo, variant }: Download): string {
  return variant === null || variant === "all" ? repo : `${repo} ${variant}`;
}

function percent(done: number, total: number): number {
  return total === 0 ? 100 : Math.min(100, Math.floor((done / total) * 100));
}

function bar(done: number, total: number): string {
  const full = Math.floor((percent(done, total) / 100) * barCells);
  return `${"━".repeat(full)}${"─".repeat(barCells - full)}`;
}
