/** Globs as huggingface_hub reads them: `*` and `?` cross folders, `[abc]` is one of them, `dir/` is all it holds. */
export function matchesGlob(path: string, glob: string): boolean {
  const pattern = glob.endsWith("/") ? `${glob}*` : glob;
  let source = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    const end = char === "[" ? pattern.indexOf("]", at + 2) : -1;
    if (char === "*") source += ".*";
    else if (char === "?") source += ".";
    else if (end !== -1) {
      const set = pattern.slice(at + 1, end).replace(/[\\\]^[]/g, String.raw`\$&`);
      source += `[${set.replace(/^!/, "^")}]`;
      at = end;
    } else source += char.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  }
  // two stars in a row mean what one does, and would make the match slow
  return new RegExp(`^${source.replace(/(?:\.\*)+/g, ".*")}$`, "s").test(path);
}
