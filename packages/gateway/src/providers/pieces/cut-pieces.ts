import { StopStrings } from "@berth/std/stop-strings";
import type { TokenLogprob } from "../../openai/shapes.ts";
import type { Piece } from "./piece.ts";

export interface CutOptions {
  /** Where an answer ends, without them. */
  readonly stops: readonly string[];
  /** Answers begin with a space that is none of the model's words. */
  readonly dropsFirstSpace: boolean;
  /** How many answers there will be. */
  readonly choices: number;
}

/**
 * The same pieces, each choice cut where the first stop string begins in it. When all choices were cut the server is left,
 * whatever it would still say.
 */
export async function* cutPieces(pieces: AsyncIterable<Piece>, options: CutOptions): AsyncGenerator<Piece> {
  const cutters = new Map<number, ChoiceCutter>();
  for await (const piece of pieces) {
    const choice = piece.choice ?? 0;
    const cutter = cutters.get(choice) ?? new ChoiceCutter(options);
    cutters.set(choice, cutter);
    const cut = cutter.push(piece);
    if (cut !== undefined) yield cut;
    const isOver = cutters.size === options.choices && [...cutters.values()].every((one) => one.isCut);
    if (isOver) return;
  }
}

class ChoiceCutter {
  readonly #stops: StopStrings;
  #dropsSpace: boolean;
  /** Cut before its server said that it was over. */
  isCut = false;
  #isOver = false;
  /** Tokens that were not told yet, and how many characters of the answer were up to the first of them. */
  #tokens: TokenLogprob[] = [];
  #tokensFrom = 0;
  #toldChars = 0;

  constructor({ stops, dropsFirstSpace }: CutOptions) {
    this.#stops = new StopStrings(stops);
    this.#dropsSpace = dropsFirstSpace;
  }

  /** What of the piece can be told; `undefined` when nothing can. */
  push(piece: Piece): Piece | undefined {
    const { text = "", tokens: toldTokens, finish, endsInStop = false, ...others } = piece;
    if (this.#isOver) return others.usage === undefined ? undefined : others;
    const { text: told, stopped } = this.#stops.push(this.#withoutSpace(text));
    const isOver = stopped || finish !== undefined;
    const all = told + (isOver && !stopped ? this.#stops.end({ dropBegun: endsInStop }) : "");
    const tokens = this.#take(toldTokens ?? [], all.length, isOver);
    this.#isOver = isOver;
    this.isCut = stopped && finish === undefined;
    const hasOthers = Object.keys(others).some((name) => name !== "choice");
    if (all === "" && tokens.length === 0 && !isOver && !hasOthers) return undefined;
    return {
      ...others,
      ...(all === "" ? {} : { text: all }),
      ...(tokens.length === 0 ? {} : { tokens }),
      ...(isOver ? { finish: stopped ? "stop" : finish } : {}),
    };
  }

  #withoutSpace(text: string): string {
    if (!this.#dropsSpace || text === "") return text;
    this.#dropsSpace = false;
    if (!text.startsWith(" ")) return text;
    this.#tokensFrom = -1;
    return text.slice(1);
  }

  /** Those whose text was told whole; at the end also those of which some was. */
  #take(more: readonly TokenLogprob[], chars: number, isOver: boolean): TokenLogprob[] {
    this.#tokens.push(...more);
    this.#toldChars += chars;
    const taken: TokenLogprob[] = [];
    for (let token = this.#tokens[0]; token !== undefined; token = this.#tokens[0]) {
      const endsAt = this.#tokensFrom + token.token.length;
      if (endsAt > this.#toldChars && !(isOver && this.#tokensFrom < this.#toldChars)) break;
      this.#tokensFrom = endsAt;
      taken.push(token);
      this.#tokens.shift();
    }
    return taken;
  }
}
