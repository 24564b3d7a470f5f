/** The code out of what a person pastes: itself, or the whole address that `berth open` printed. */
export function codeOf(text: string): string {
  const trimmed = text.trim();
  return decoded(trimmed.includes("#") ? trimmed.slice(trimmed.lastIndexOf("#") + 1) : trimmed);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
