/** Everything that comes, as UTF-8, without blanks at its end. */
export async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  let text = "";
  stream.setEncoding("utf8");
  for await (const piece of stream) text += String(piece);
  return text.trimEnd();
}
