import { appendFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { forbidsForwarding, lastWords, MasterLog } from "./master-log.ts";

const refused = "channel 2: open failed: connect failed: Connection refused\n";
const forbidden = "channel 2: open failed: administratively prohibited: open failed\n";

test("why a master ended is told without what befell single tunnels", () => {
  expect(lastWords(`${refused}Timeout, server 127.0.0.1 not responding.\n${forbidden}`)).toBe(
    "Timeout, server 127.0.0.1 not responding.",
  );
  expect(lastWords(refused)).toBe("");
});

test("a port where nobody listens is not a refusal to forward", () => {
  expect([forbidsForwarding(refused), forbidsForwarding(refused + forbidden)]).toEqual([false, true]);
});

test("it is private, begins anew with each master, and does not grow for ever", () => {
  const dir = mkdtempSync(join(tmpdir(), "berth-log-"));
  try {
    const log = new MasterLog(join(dir, "log"));
    expect(log.read()).toBe("");
    log.close(log.begin());
    appendFileSync(log.path, "one\r\ntwo\r\n");
    expect(log.read()).toBe("one\ntwo\n");
    expect(statSync(log.path).mode & 0o777).toBe(0o600);
    log.trim();
    expect(log.read()).toBe("one\ntwo\n");
    appendFileSync(log.path, refused.repeat(10_000));
    log.trim();
    expect(log.read()).toBe("");
    appendFileSync(log.path, "old\n");
    log.close(log.begin());
    expect(log.read()).toBe("");
  } finally {
    rmSync(dir, { recursive: true });
  }
});
