// oxlint-disable-next-line no-control-regex
const escapeSequence = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
// All but tab and line feed.
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Without what could move a cursor or colour a terminal: names and messages come from other people's files. */
export function plainText(text: string): string {
  return text.replaceAll(escapeSequence, "").replaceAll(controls, "");
}

/** The same on one line: for cells and headings. */
export function oneLine(text: string): string {
  return plainText(text.replaceAll(/[\r\n\t]+/g, " "));
}
