const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar for a share from 0 to 1 of so many columns; never empty for a share above 0. */
export function bar(share: number, columns: number): string {
  const bounded = Math.min(1, Math.max(0, share));
  const parts = Math.max(bounded > 0 ? 1 : 0, Math.round(bounded * columns * 8));
  return "█".repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? "");
}
