import { Emitter, type Refusal } from "@collabhub/sdk";

/** A text that the server refused, and that nobody had dismissed when its page was left. */
export interface KeptText extends Refusal {
  id: number;
  /** The path of its file; null when the file was deleted. */
  path: string | null;
}

/** As many as a file keeps. */
const maxKept = 20;

/** What would be lost with the page that it was typed on: kept, oldest first, until the person dismisses it or closes the tab. */
export class KeptTexts extends Emitter<{ change: readonly KeptText[] }> {
  #all: readonly KeptText[] = [];
  #lastId = 0;

  get all(): readonly KeptText[] { return this.#all; }

  keep(path: string | null, refusals: readonly Refusal[]): void {
    this.#become([...this.#all, ...refusals.map((refusal) => ({ ...refusal, path, id: ++this.#lastId }))].slice(-maxKept));
  }

  dismiss(id: number): void {
    this.#become(this.#all.filter((one) => one.id !== id));
  }

  #become(all: readonly KeptText[]): void {
    this.#all = all;
    this.emit("change", all);
  }
}
