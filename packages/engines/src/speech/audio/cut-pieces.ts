import { pieceSeconds, sampleRate } from "../recognizer.ts";

/** A stretch of audio, in samples: `from` is in it, `to` is not. */
export interface Piece {
  readonly from: number;
  readonly to: number;
}

const longest = pieceSeconds * sampleRate;
/** Where a cut is looked for: the last of these seconds. */
const searched = 6 * sampleRate;
/** How long it must be quiet there, and how finely that is looked at. */
const quiet = sampleRate / 5;
const step = sampleRate / 50;
/** A rest shorter than this is heard together with what comes before. */
const shortestRest = sampleRate / 2;

/**
 * Cuts audio into pieces of at most 30 s, end to end, none left out: each cut lies at the quietest fifth of a second of
 * the piece's last six, so that it seldom goes through a word.
 */
export function cutPieces(samples: Int16Array): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  while (samples.length - from > longest) {
    const to = quietestPlace(samples, from + longest - searched, from + longest);
    // the rest must not become too short to be heard
    const cut = samples.length - to < shortestRest ? samples.length - shortestRest : to;
    pieces.push({ from, to: cut });
    from = cut;
  }
  if (samples.length > from) pieces.push({ from, to: samples.length });
  return pieces;
}

/** The middle of the quietest stretch between the two places. */
function quietestPlace(samples: Int16Array, from: number, to: number): number {
  let best = to - quiet / 2;
  let least = Number.POSITIVE_INFINITY;
  for (let at = from; at + quiet <= to; at += step) {
    let loudness = 0;
    for (let index = at; index < at + quiet; index++) loudness += Math.abs(samples[index]!);
    // of two alike the later one: longer pieces are fewer
    if (loudness <= least) {
      least = loudness;
      best = at + quiet / 2;
    }
  }
  return best;
}
