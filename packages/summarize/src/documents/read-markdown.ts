import type { Section } from "./document.ts";

/** What stands below each heading, the heading's line included. Marks in fenced code are no headings. */
export function readMarkdown(text: string): readonly Section[] {
  const sections: { heading: string | undefined; lines: string[] }[] = [{ heading: undefined, lines: [] }];
  let fence: string | undefined;
  for (const line of text.split("\n")) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence) === true) fence = undefined;
    const heading =
      fence === undefined ? /^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$/.exec(line)?.[1] : undefined;
    if (heading !== undefined) sections.push({ heading, lines: [] });
    sections.at(-1)?.lines.push(line);
  }
  return sections.map(({ heading, lines }) => ({
    place: heading === undefined ? { kind: "whole" } : { kind: "heading", heading },
    text: lines.join("\n").trim(),
  }));
}
