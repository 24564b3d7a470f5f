const decimal = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** Three significant figures or so: 999 B, 491 MB, 4.68 GB. Decimal units, as disks and hubs count. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < decimal.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${trim(value, unit === 0 ? 0 : value < 10 ? 2 : value < 100 ? 1 : 0)} ${decimal[unit]}`;
}

/** Memory, counted in powers of two as operating systems do: 512 MiB, 1.5 GiB, 24 GiB. */
export function formatMiB(mebibytes: number): string {
  if (mebibytes < 1024) return `${Math.round(mebibytes)} MiB`;
  const gibibytes = mebibytes / 1024;
  return `${trim(gibibytes, gibibytes < 100 ? 1 : 0)} GiB`;
}

/** 48213 as 48,213. */
export function formatCount(count: number): string {
  return count.toLocaleString("en");
}

/** 3,700,000 as 3.7 M; for parameters and downloads, where the size of the number is all that matters. */
export function formatRough(count: number): string {
  for (const [size, unit] of [
    [1e12, "T"],
    [1e9, "B"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (count >= size) return `${trim(count / size, count / size < 100 ? 1 : 0)} ${unit}`;
  }
  return String(count);
}

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
