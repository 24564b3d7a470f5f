import { setTimeout as sleep } from "node:timers/promises";
import { pilot, startPilot } from "./pilot.ts";
import { memoryOf, type Memory } from "./process-cost.ts";
import type { Report } from "./report.ts";
import { streamChat, type ChatTarget } from "./streamed-chat.ts";

const mostMiB = 150;
const requests = 1_000;
const atOnce = 8;
const idleSeconds = 20;

/** What the server takes of the machine's memory while nobody asks anything of it. */
export async function memory(): Promise<Report> {
  await using running = await startPilot();
  const pid = running.berth.process.pid ?? Number.NaN;
  const moments: (readonly [string, Memory])[] = [["after the start", await memoryOf(pid)]];
  await askMany(running.target);
  moments.push([`after ${requests} requests`, await memoryOf(pid)]);
  await sleep(idleSeconds * 1000);
  moments.push([`idle for ${idleSeconds} s`, await memoryOf(pid)]);
  const residentMiB = moments.at(-1)?.[1].residentMiB ?? Number.NaN;
  return {
    title: "memory: the server's process, in MiB",
    head: ["", "resident (RSS)", "proportional (PSS)", "of no file"],
    rows: moments.map(([name, taken]) => [
      name,
      ...[taken.residentMiB, taken.proportionalMiB, taken.ownMiB].map((size) => size.toFixed(0)),
    ]),
    bars: [
      {
        fact: `at most ${mostMiB} MiB resident while idle`,
        measured: `${residentMiB.toFixed(0)} MiB`,
        holds: residentMiB <= mostMiB,
      },
    ],
  };
}

async function askMany(target: ChatTarget): Promise<void> {
  let left = requests;
  const asker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const content = `What is the number after ${left % 100}?`;
      await streamChat(target, { model: pilot, messages: [{ role: "user", content }], max_tokens: 8 });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, asker));
}
