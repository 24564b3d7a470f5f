/**
 * Cuts markdown where it can be cut without changing what it says: at blank lines outside code fences, and not inside
 * a list or quotation. Joined, the blocks are the text. All but the last stay as they are when text is added, so only
 * the last has to be read again while an answer is written.
 */
export function markdownBlocks(text: string): string[] {
  const blocks: string[] = [];
  let block = "";
  let fence: string | undefined;
  let blank = false;
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (blank && fence === undefined && /^[^\s>|]/.test(line) && !isListItem(line)) {
      blocks.push(block);
      block = "";
    }
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === undefined) fence = mark;
      else if (mark.startsWith(fence) && line.trim() === mark) fence = undefined;
    }
    blank = line.trim() === "";
    block += line;
  }
  if (block !== "") blocks.push(block);
  return blocks;
}

function isListItem(line: string): boolean {
  return /^(?:[-*+]|\d{1,9}[.)])\s/.test(line);
}
