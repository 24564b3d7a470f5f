/** Reads what a GGUF file's name tells: its quantisation, its place among shards, whether it is a model at all. */

export interface NamedFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** One model that an engine can open: a GGUF file, or the shards that make one. */
export interface GgufSet {
  /** The file an engine opens; it finds the other shards beside it. */
  readonly path: string;
  readonly shards: readonly NamedFile[];
  readonly sizeBytes: number;
  readonly quantisation: string | null;
  /** Shards that the names promise and that are not there, by number. */
  readonly missingShards: readonly number[];
}

const quantisationPattern =
  /(?:^|[-_.])((?:UD-)?(?:I?Q\d(?:_(?:K|\d|XXS|XS|NL|S|M))?(?:_(?:XXS|XS|XL|S|M|L))?|TQ\d_\d|MXFP4(?:_MOE)?|NVFP4|BF16|F16|F32|FP16|FP32))(?=$|[-_.])/gi;
const shardPattern = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;
/** Projectors of multimodal models and importance matrices are GGUF files too, but nothing can be served from them. */
const notAModelPattern = /(?:^|[-_./])(?:mmproj(?:[-_.]|$)|imatrix\.gguf$)/i;

/** `Q4_K_M` of `some-model-q4_k_m.gguf`; the last one when the name holds several, `null` when it holds none. */
export function quantisationOfName(path: string): string | null {
  const name = (path.split("/").at(-1) ?? path).replace(/\.gguf$/i, "").replace(/-\d{5}-of-\d{5}$/, "");
  const label = [...name.matchAll(quantisationPattern)].at(-1)?.[1];
  return label?.toUpperCase().replace(/^FP(?=16|32)/, "F") ?? null;
}

/** The models among the files, best choice first (see `preferGgufSets`). */
export function groupGgufFiles(files: readonly NamedFile[]): GgufSet[] {
  const whole: GgufSet[] = [];
  const sharded = new Map<string, { total: number; shards: Map<number, NamedFile> }>();
  for (const file of files) {
    if (!/\.gguf$/i.test(file.path) || notAModelPattern.test(file.path)) continue;
    const match = shardPattern.exec(file.path);
    if (match === null) {
      whole.push({ ...file, shards: [file], quantisation: quantisationOfName(file.path), missingShards: [] });
      continue;
    }
    const [, stem = "", number = "", total = ""] = match;
    const set = sharded.get(`${stem}/${total}`) ?? { total: Number(total), shards: new Map() };
    set.shards.set(Number(number), file);
    sharded.set(`${stem}/${total}`, set);
  }
  return preferGgufSets([...whole, ...[...sharded.values()].map(joinShards)]);
}

function joinShards({ total, shards }: { total: number; shards: Map<number, NamedFile> }): GgufSet {
  const present = [...shards].toSorted(([a], [b]) => a - b).map(([, file]) => file);
  const first = present[0]?.path ?? "";
  const numbers = Array.from({ length: Math.min(total, maxShards) }, (_, index) => index + 1);
  return {
    path: first.replace(/-\d{5}-of-(\d{5})\.gguf$/i, "-00001-of-$1.gguf"),
    shards: present,
    sizeBytes: present.reduce((sum, file) => sum + file.sizeBytes, 0),
    quantisation: quantisationOfName(first),
    missingShards: numbers.filter((number) => !shards.has(number)),
  };
}

const maxShards = 10_000;

/** What most people should run, from the best trade of size and quality on; then by size. */
const preference =
  "Q4_K_M UD-Q4_K_XL Q4_K_S IQ4_NL IQ4_XS Q4_0 MXFP4_MOE MXFP4 Q4_1 Q5_K_M Q5_K_S Q5_0 Q5_1 Q6_K Q8_0 Q3_K_M Q3_K_L Q3_K_S Q2_K BF16 F16 F32".split(
    " ",
  );

/** Best choice first: Q4_K_M, then what comes nearest; of two alike the smaller; names break ties. */
export function preferGgufSets<S extends Pick<GgufSet, "quantisation" | "sizeBytes" | "path">>(
  sets: readonly S[],
): S[] {
  const rank = ({ quantisation }: S): number => {
    const index = preference.indexOf(quantisation ?? "");
    return index === -1 ? preference.length : index;
  };
  return sets.toSorted(
    (a, b) => rank(a) - rank(b) || a.sizeBytes - b.sizeBytes || (a.path < b.path ? -1 : 1),
  );
}
