/** What happened, line by line; ids are told by numbers of the order in which they came up, so that runs can be compared. */

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

export class History {
  readonly #lines: string[] = [];
  readonly #names = new Map<string, string>();

  add(line: string): void {
    this.#lines.push(this.toNames(line));
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The text with its ids as numbers. */
  toNames(text: string): string {
    return text.replace(uuid, (id) => {
      const name = this.#names.get(id) ?? `#${this.#names.size + 1}`;
      this.#names.set(id, name);
      return name;
    });
  }
}
