import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const libraries = ["x86_64", "aarch64"].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`,
);

/** A wall clock for a server on the laptop that can be set while it runs; its monotonic clock stays true. */
export interface LaptopClock {
  /** For the server's process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Sets it that many seconds ahead of the true time, or behind. */
  set(aheadSeconds: number): void;
}

/** Why no clock can be set here; `undefined` where one can. */
export function clockObstacle(): string | undefined {
  return libraries.some((path) => existsSync(path)) ? undefined : "it needs Debian's package faketime";
}

/** A clock whose setting is kept in `dir`. */
export function laptopClock(dir: string, aheadSeconds: number): LaptopClock {
  const file = join(dir, "laptop-clock");
  const set = (seconds: number): void => writeFileSync(file, `${seconds < 0 ? "" : "+"}${seconds}\n`);
  set(aheadSeconds);
  return {
    environment: {
      LD_PRELOAD: libraries.find((path) => existsSync(path)) ?? "",
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    set,
  };
}
