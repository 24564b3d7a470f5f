/** What Whisper models hear, by ISO code; whoever knows the language should say so, it is guessed worse from noise. */
const codes =
  "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu haw he hi hr ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh".split(
    " ",
  );

export interface Language {
  readonly code: string;
  readonly name: string;
}

/** The languages by their English names, in the alphabet's order. */
export function languages(): readonly Language[] {
  const names = new Intl.DisplayNames("en", { type: "language" });
  return codes
    .map((code) => ({ code, name: names.of(code === "jw" ? "jv" : code) ?? code }))
    .toSorted((a, b) => a.name.localeCompare(b.name, "en"));
}
