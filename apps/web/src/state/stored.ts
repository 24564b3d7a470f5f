/** What the browser keeps for this console; a browser that refuses storage just forgets. */
export function readStored<T>(name: string, parse: (value: unknown) => T): T {
  try {
    return parse(JSON.parse(localStorage.getItem(`berth.${name}`) ?? "null"));
  } catch {
    return parse(null);
  }
}

export function writeStored(name: string, value: unknown): void {
  try {
    localStorage.setItem(`berth.${name}`, JSON.stringify(value));
  } catch {
    // storage is full or refused: the choice holds until the page is left
  }
}
