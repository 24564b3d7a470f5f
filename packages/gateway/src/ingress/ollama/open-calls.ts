interface Call {
  readonly id: string;
  isOpen: boolean;
}

/** Calls of tools that nobody has answered yet, however many: none of the questions looks at all of them. */
export class OpenCalls {
  readonly #byId = new Map<string, Call>();
  readonly #all = new Queue();
  readonly #byName = new Map<string, Queue>();

  add(id: string, name: string): void {
    const call = { id, isOpen: true };
    this.#byId.set(id, call);
    this.#all.add(call);
    const named = this.#byName.get(name) ?? new Queue();
    this.#byName.set(name, named);
    named.add(call);
  }

  close(id: string): void {
    const call = this.#byId.get(id);
    if (call !== undefined) call.isOpen = false;
  }

  /** Of a tool, or where that is not said of all. Returns its id; `undefined` where there is none. */
  closeEarliest(name: string | undefined): string | undefined {
    const call = (name === undefined ? this.#all : this.#byName.get(name))?.earliest();
    if (call !== undefined) call.isOpen = false;
    return call?.id;
  }
}

class Queue {
  readonly #calls: Call[] = [];
  /** All before it are closed. */
  #at = 0;

  add(call: Call): void {
    this.#calls.push(call);
  }

  earliest(): Call | undefined {
    while (this.#calls[this.#at]?.isOpen === false) this.#at += 1;
    return this.#calls[this.#at];
  }
}
