/** Names that classes and interfaces may not have: they mean something in Python, in TypeScript, or in the files around. */
const takenByLanguages = new Set(
  (
    "Any Annotated Array BaseModel Boolean BigInt ConfigDict Date Dict Ellipsis Error Exception False Field Function Handler " +
    "HandlerContext HandlerError HandlerRequest HTTPException Infinity JSON List Literal Map NaN NoInfer None NotImplemented Number " +
    "Object Optional Promise Proxy Read Record Reflect RegExp Set String Symbol True TypeAdapter Union ValidationError"
  ).split(" "),
);

/** Longer ones nobody reads; they are written wherever the class is meant. */
const mostLetters = 128;

/** `audio-file` as `AudioFile`: a name for a class in either language. */
export function className(text: string): string {
  const words = text.match(/[A-Za-z0-9]+/g) ?? [];
  const joined = words
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("")
    .slice(0, mostLetters);
  const name = /^[A-Z]/.test(joined) ? joined : `Object${joined}`;
  return takenByLanguages.has(name) ? `${name}Object` : name;
}

/** The name, or with a number behind it the first that is not taken. */
export function freeName(wanted: string, taken: { has(name: string): boolean }): string {
  if (!taken.has(wanted)) return wanted;
  let count = 2;
  while (taken.has(`${wanted}${count}`)) count += 1;
  return `${wanted}${count}`;
}
