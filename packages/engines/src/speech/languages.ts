import { BerthError } from "@berth/api";

/** The languages that Whisper's models know: ISO 639-1 where there is a code, and the name that OpenAI's answers use. */
const names: Readonly<Record<string, string>> = Object.fromEntries(
  `af afrikaans, am amharic, ar arabic, as assamese, az azerbaijani, ba bashkir, be belarusian, bg bulgarian, bn bengali,
  bo tibetan, br breton, bs bosnian, ca catalan, cs czech, cy welsh, da danish, de german, el greek, en english,
  es spanish, et estonian, eu basque, fa persian, fi finnish, fo faroese, fr french, gl galician, gu gujarati, ha hausa,
  haw hawaiian, he hebrew, hi hindi, hr croatian, ht haitian creole, hu hungarian, hy armenian, id indonesian,
  is icelandic, it italian, ja japanese, jw javanese, ka georgian, kk kazakh, km khmer, kn kannada, ko korean, la latin,
  lb luxembourgish, ln lingala, lo lao, lt lithuanian, lv latvian, mg malagasy, mi maori, mk macedonian, ml malayalam,
  mn mongolian, mr marathi, ms malay, mt maltese, my myanmar, ne nepali, nl dutch, nn nynorsk, no norwegian, oc occitan,
  pa punjabi, pl polish, ps pashto, pt portuguese, ro romanian, ru russian, sa sanskrit, sd sindhi, si sinhala,
  sk slovak, sl slovenian, sn shona, so somali, sq albanian, sr serbian, su sundanese, sv swedish, sw swahili, ta tamil,
  te telugu, tg tajik, th thai, tk turkmen, tl tagalog, tr turkish, tt tatar, uk ukrainian, ur urdu, uz uzbek,
  vi vietnamese, yi yiddish, yo yoruba, yue cantonese, zh chinese`
    .split(/,\s+/)
    .map((entry) => [entry.slice(0, entry.indexOf(" ")), entry.slice(entry.indexOf(" ") + 1)]),
);

/** `english` of `en`; what is no code stays as it is. */
export function languageName(code: string): string {
  return names[code] ?? code;
}

/** The code of a code (`de`, `de-CH`) or a name (`German`). Throws BerthError `invalid_request` that names `language`. */
export function readLanguage(text: string): string {
  const wanted = text.trim().toLowerCase();
  const code = wanted.split(/[-_]/, 1)[0] ?? "";
  if (Object.hasOwn(names, code)) return code;
  const named = Object.entries(names).find(([, name]) => name === wanted);
  if (named !== undefined) return named[0];
  throw new BerthError(
    "invalid_request",
    `language: "${text}" is none; give a code of two letters: en, de, fr`,
    {
      param: "language",
    },
  );
}
