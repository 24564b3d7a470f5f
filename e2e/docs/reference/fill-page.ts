import { makePart } from "./parts.ts";

const parts = /<!-- generated: (.+?) -->\n[\s\S]*?<!-- end -->/g;

/** The page with its generated parts as they should be now. */
export async function fillPage(text: string): Promise<string> {
  const names = [...text.matchAll(parts)].map(([, name = ""]) => name);
  const made = await Promise.all(names.map(makePart));
  return text.replaceAll(parts, (_, name: string) => {
    return `<!-- generated: ${name} -->\n\n${made.shift() ?? ""}\n\n<!-- end -->`;
  });
}

/** Which parts a page has. */
export function partNames(text: string): readonly string[] {
  return [...text.matchAll(parts)].map(([, name = ""]) => name);
}
