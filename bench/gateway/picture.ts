import { grouped } from "../figures.ts";
import type { Result } from "./results.ts";

interface Panel {
  readonly title: string;
  readonly better: "more" | "less";
  readonly value: (result: Result) => number;
  readonly text: (value: number) => string;
}

const milliseconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
const panels: readonly Panel[] = [
  {
    title: "Requests a second at 32 connections",
    better: "more",
    value: ({ perSecond }) => perSecond,
    text: grouped,
  },
  {
    title: "Processor time of a request",
    better: "less",
    value: ({ microsecondsEach }) => microsecondsEach,
    text: (value) => `${grouped(value)} µs`,
  },
  {
    title: "Added to a request at 1 connection, p50",
    better: "less",
    value: ({ addedMs }) => Math.max(0, addedMs.one.p50),
    text: milliseconds,
  },
  {
    title: "Added to a stream's first token, p50",
    better: "less",
    value: ({ addedMs }) => Math.max(0, addedMs.firstToken.p50),
    text: milliseconds,
  },
  {
    title: "Streams of 20 events a second held",
    better: "more",
    value: ({ streamsHeld }) => streamsHeld,
    text: grouped,
  },
  {
    title: "Resident memory after all of it",
    better: "less",
    value: ({ residentMiB }) => residentMiB,
    text: (value) => `${grouped(value)} MiB`,
  },
];

const width = 960;
const panelWidth = width / 2;
const nameWidth = 176;
const barWidth = panelWidth - nameWidth - 100;
const rowHeight = 20;
const headHeight = 44;

/** Bars of every contestant, a panel each figure, as SVG that is readable on light and on dark pages. */
export function pictureText(results: readonly Result[]): string {
  const panelHeight = headHeight + results.length * rowHeight + 20;
  const height = Math.ceil(panels.length / 2) * panelHeight;
  const drawn = panels.map((panel, at) =>
    panelText(panel, results, (at % 2) * panelWidth, Math.floor(at / 2) * panelHeight),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The gateway beside nginx, llama-swap, Portkey and LiteLLM">
<style>
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .better, text.other { fill: #59636e; }
  rect { fill: #8c959f; }
  rect.own { fill: #0969da; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .better, text.other { fill: #9198a1; }
    rect { fill: #656c76; }
    rect.own { fill: #4493f8; }
  }
</style>
${drawn.join("\n")}
</svg>
`;
}

function panelText(
  { title, better, value, text }: Panel,
  results: readonly Result[],
  x: number,
  y: number,
): string {
  const most = Math.max(...results.map(value));
  const rows = results.map((result, at) => {
    const top = headHeight + at * rowHeight;
    const ofBar = most > 0 ? (value(result) / most) * barWidth : 0;
    const part = /berth/i.test(result.name) ? "own" : "other";
    return [
      `  <text class="${part}" x="${nameWidth - 8}" y="${top + 12}" text-anchor="end">${escaped(shortName(result.name))}</text>`,
      `  <rect class="${part}" x="${nameWidth}" y="${top + 1}" width="${Math.max(1, ofBar).toFixed(1)}" height="14" rx="2"/>`,
      `  <text class="${part}" x="${(nameWidth + ofBar + 6).toFixed(1)}" y="${top + 12}">${escaped(text(value(result)))}</text>`,
    ].join("\n");
  });
  return `<g transform="translate(${x} ${y})">
  <text class="title" x="8" y="24">${escaped(title)} <tspan class="better" font-weight="400">(${better} is better)</tspan></text>
${rows.join("\n")}
</g>`;
}

/** Versions are in the table beside it. */
function shortName(name: string): string {
  return name.replace(/ v?\d[\d.]*(?=,|$)/, "");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
