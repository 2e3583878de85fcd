import { Emitter, FileProvider, type Refusal, type SessionConnection } from "@collabhub/sdk";

/** Takes over what was refused in a file that closes. */
type Keep = (fileId: string, refusals: readonly Refusal[]) => void;

/**
 * The files this page holds open: the one in view, and those that were left while something in them was not saved yet, or was refused
 * and not dismissed. They close by themselves once nothing of that is left.
 */
export class OpenFiles extends Emitter<{ state: void }> {
  readonly #connection: SessionConnection;
  readonly #open = new Map<string, FileProvider>();
  #inView: string | null = null;
  #left: { allClosed: () => void; keep: Keep } | null = null;

  constructor(connection: SessionConnection) {
    super();
    this.#connection = connection;
  }

  /** Opens a file, or brings it back into view. */
  show(fileId: string): FileProvider {
    const left = this.#inView;
    this.#inView = fileId;
    const provider = this.#open.get(fileId) ?? new FileProvider(this.#connection, fileId);
    if (!this.#open.has(fileId)) {
      this.#open.set(fileId, provider);
      provider.on("state", () => {
        this.#closeIfDone(fileId);
        this.emit("state", undefined);
      });
    }
    if (left !== null && left !== fileId) {
      this.#open.get(left)?.binding.awareness.setLocalStateField("cursor", null);
      this.#closeIfDone(left);
    }
    return provider;
  }

  /** True while closing the page would lose something that was typed. */
  get hasUnsaved(): boolean {
    return [...this.#open.values()].some((file) => isUnsaved(file) || isRefused(file));
  }

  /** The files with something refused that waits for the person. */
  get refused(): string[] {
    return [...this.#open].filter(([, file]) => isRefused(file)).map(([fileId]) => fileId);
  }

  /** The person left the page: every file closes once it is saved, or handed to `keep` what was refused. Resolves when all are closed. */
  leave(keep: Keep): Promise<void> {
    this.#inView = null;
    return new Promise((resolve) => {
      this.#left = { allClosed: resolve, keep };
      for (const fileId of [...this.#open.keys()]) this.#closeIfDone(fileId);
      if (this.#open.size === 0) resolve();
    });
  }

  #closeIfDone(fileId: string): void {
    const provider = this.#open.get(fileId);
    if (provider === undefined || fileId === this.#inView || isUnsaved(provider)) return;
    if (isRefused(provider)) {
      if (this.#left === null) return;
      this.#left.keep(fileId, provider.refusals);
    }
    this.#open.delete(fileId);
    provider.destroy();
    if (this.#open.size === 0) this.#left?.allClosed();
  }
}

const isUnsaved = ({ state }: FileProvider): boolean =>
  state.stage.kind !== "closed" && (state.save.kind === "saving" || state.save.kind === "unsaved");

const isRefused = ({ refusals }: FileProvider): boolean => refusals.length > 0;
