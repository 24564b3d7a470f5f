/** Finds out where an object ends that comes as JSON in pieces: looks at each character once. */
export class ObjectEnd {
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  #isOver = false;

  /** Whether an object has come whole. What is no JSON may never end. */
  get isOver(): boolean {
    return this.#isOver;
  }

  push(piece: string): void {
    for (let at = 0; at < piece.length && !this.#isOver; at += 1) {
      const char = piece[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (this.#isInText && char === "\\") this.#isEscaped = true;
      else if (char === '"') this.#isInText = !this.#isInText;
      else if (!this.#isInText) this.#count(char);
    }
  }

  #count(char: string | undefined): void {
    if (char === "{" || char === "[") {
      this.#depth += 1;
    } else if (char === "}" || char === "]") {
      this.#depth -= 1;
      this.#isOver = this.#depth === 0;
    }
  }
}
