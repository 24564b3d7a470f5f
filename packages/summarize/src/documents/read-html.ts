import { Parser } from "htmlparser2";
import type { Section } from "./document.ts";

const unseen = new Set([
  "script",
  "style",
  "noscript",
  "template",
  "svg",
  "head",
  "title",
  "iframe",
  "object",
]);
const breaks = new Set(
  "address article aside blockquote br dd div dl dt figcaption figure footer form header hr li main nav ol p pre section table tr ul".split(
    " ",
  ),
);

/** What a reader would see, below each heading. Never throws: HTML has no errors. */
export function readHtml(html: string): readonly Section[] {
  const sections: { heading: string | undefined; text: string }[] = [{ heading: undefined, text: "" }];
  let hidden = 0;
  let inHeading = false;
  const write = (text: string): void => {
    const section = sections.at(-1);
    if (section === undefined || hidden > 0) return;
    section.text += text;
    if (inHeading) section.heading = `${section.heading ?? ""}${text}`;
  };
  const parser = new Parser(
    {
      onopentag(name) {
        if (unseen.has(name)) hidden += 1;
        if (/^h[1-6]$/.test(name) && hidden === 0) {
          sections.push({ heading: "", text: "" });
          inHeading = true;
        } else if (breaks.has(name)) write(name === "li" ? "\n- " : "\n");
        else if (name === "td" || name === "th") write("\t");
      },
      ontext: (text) => write(text.replaceAll(/\s+/g, " ")),
      onclosetag(name) {
        if (unseen.has(name)) hidden -= 1;
        if (/^h[1-6]$/.test(name)) inHeading = false;
        if ((breaks.has(name) && name !== "li") || /^h[1-6]$/.test(name)) write("\n");
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return sections.map(({ heading, text }) => ({
    place:
      heading === undefined || heading.trim() === ""
        ? { kind: "whole" }
        : { kind: "heading", heading: heading.trim() },
    text: text
      .replaceAll(/[ \t]*\n[ \t]*/g, "\n")
      .replaceAll(/\n{3,}/g, "\n\n")
      .trim(),
  }));
}
