import { describe, expect, it } from "vitest";
import { CollabError, type FileState } from "@collabhub/sdk";
import { connectionWords, saveWords, spokenSave } from "../src/session/words";
import { languageFor } from "../src/session/languages";

const state = (save: FileState["save"], change: Partial<FileState> = {}): FileState => ({ stage: { kind: "open" }, role: "editor", save, ...change });

describe("the saved indicator", () => {
  it("says saved only when everything is", () => {
    const saves: FileState["save"][] = [{ kind: "saved" }, { kind: "saving", since: 0 }, { kind: "unsaved", since: 0 }, { kind: "refused", code: "file.read_only" }];
    expect(saves.map((save) => saveWords(state(save), 100)?.text)).toEqual(["Saved", "Saving…", "Unsaved – reconnecting", "Refused"]);
  });

  it("tells how long a slow save takes, and that the store is the reason", () => {
    expect(saveWords(state({ kind: "saving", since: 0 }), 12_000)).toEqual({ text: "Saving… 12 s", tone: "warn" });
    expect(saveWords(state({ kind: "unsaved", since: 0, code: "store.unavailable" }), 0)?.text).toMatch(/storage/);
  });

  it("promises nothing before the file is open, or to one who only reads", () => {
    expect(saveWords(state({ kind: "saved" }, { stage: { kind: "loading" }, role: null }), 0)).toBeNull();
    expect(saveWords(state({ kind: "saved" }, { role: "viewer" }), 0)).toBeNull();
  });
});

describe("what a screen reader hears of saving", () => {
  const saves = (...all: FileState["save"][]): string[] => {
    let before = "";
    return all.map((save, index) => (before = spokenSave(saveWords(state(save), 10_000 + index * 1_000), before)));
  };
  it("is nothing while one types and all is saved", () => {
    expect(saves({ kind: "saved" }, { kind: "saving", since: 9_900 }, { kind: "saved" })).toEqual(["", "", ""]);
  });
  it("is trouble, once and without counting, and its end", () => {
    const slow = { kind: "saving", since: 0 } as const;
    expect(saves(slow, slow, { kind: "unsaved", since: 0 }, { kind: "saving", since: 12_900 }, { kind: "saved" }))
      .toEqual(["Saving takes long", "Saving takes long", "Unsaved – reconnecting", "Unsaved – reconnecting", "Saved"]);
  });
});

describe("the connection banner", () => {
  it("is not there while all is well, or before the first attempt ended", () => {
    expect(connectionWords({ kind: "live" }, true, true, 0)).toBeNull();
    expect(connectionWords({ kind: "connecting", attempt: 0, retryAt: null }, false, false, 0)).toBeNull();
  });

  it("counts down to the next attempt", () => {
    const words = connectionWords({ kind: "connecting", attempt: 3, retryAt: 9_500 }, true, true, 5_000);
    expect(words).toEqual({ text: "No connection. Go on typing, nothing is lost.", wait: "Trying again in 5 s.", canRetry: true });
    expect(connectionWords({ kind: "connecting", attempt: 3, retryAt: 9_500 }, true, false, 5_000)?.text).toBe("No connection.");
  });

  it("gives the reason when there will be no further attempt", () => {
    const error = new CollabError({ code: "access.revoked", status: 403, title: "You were removed from this session." });
    expect(connectionWords({ kind: "offline", error }, true, true, 0)?.text).toBe("You were removed from this session.");
  });
});

describe("highlighting", () => {
  it("is chosen by the extension, whatever its case, and never by a folder's name", () => {
    expect(["a.TS", "x/y.py", "index.html", "s.css", "p.json", "README.md", "m.mjs"].every((path) => languageFor(path) !== null)).toBe(true);
    expect(["Makefile", "a.b/c", "x.unknown", ""].every((path) => languageFor(path) === null)).toBe(true);
  });
});
