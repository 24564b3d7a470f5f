// oxfmt-ignore
const adjectives = [
  "amber", "bold", "brisk", "calm", "clear", "coastal", "copper", "drifting", "early", "gentle",
  "golden", "grey", "keen", "lively", "lone", "merry", "misty", "noble", "northern", "pale",
  "patient", "quick", "quiet", "roving", "sandy", "silver", "sleek", "steady", "sunny", "swift",
  "tidal", "wary", "western", "white", "wild", "windy",
] as const;

/** Birds one sees from a harbour wall. */
// oxfmt-ignore
const birds = [
  "auk", "avocet", "bittern", "cormorant", "crane", "curlew", "dipper", "dunlin", "egret", "eider",
  "fulmar", "gannet", "godwit", "grebe", "guillemot", "gull", "heron", "ibis", "kittiwake", "knot",
  "lapwing", "loon", "osprey", "pelican", "petrel", "pintail", "plover", "puffin", "redshank", "sandpiper",
  "shearwater", "skua", "snipe", "stork", "tern", "turnstone", "whimbrel", "wigeon",
] as const;

const tries = 50;

/** A name that one can read aloud and that none of `taken` is: `quiet-heron`, or `quiet-heron-2` in a crowd. */
export function newServiceName(taken: ReadonlySet<string>, random: () => number): string {
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? "harbour";
  let name = "";
  for (let i = 0; i < tries; i += 1) {
    name = `${pick(adjectives)}-${pick(birds)}`;
    if (!taken.has(name)) return name;
  }
  for (let number = 2; ; number += 1) {
    if (!taken.has(`${name}-${number}`)) return `${name}-${number}`;
  }
}
