/** `3.9 MB`: powers of a thousand, as disks and downloads are counted. */
export function byteSize(bytes: number): string {
  return scaled(bytes, 1000, ["B", "kB", "MB", "GB", "TB"]);
}

/** `1.5 GiB` out of MiB, as memory is counted. */
export function memorySize(mib: number): string {
  return scaled(mib, 1024, ["MiB", "GiB", "TiB"]);
}

/** `3.7M`, `8B`: how models are called. */
export function parameterCount(count: number): string {
  return scaled(count, 1000, ["", "K", "M", "B", "T"]).replace(" ", "");
}

function scaled(value: number, step: number, names: readonly string[]): string {
  let rest = value;
  let index = 0;
  while (rest >= step && index < names.length - 1) {
    rest /= step;
    index += 1;
  }
  const text = index === 0 || rest >= 100 ? String(Math.round(rest)) : rest.toFixed(1).replace(/\.0$/, "");
  return `${text} ${names[index] ?? ""}`.trimEnd();
}
