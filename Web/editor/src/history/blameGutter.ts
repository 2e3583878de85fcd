import { RangeSet, RangeSetBuilder, StateEffect, StateField, type EditorState, type Extension } from "@codemirror/state";
import { gutter, GutterMarker, type EditorView } from "@codemirror/view";
import { ago } from "../ui/format";

/** Who wrote a line, ready to be shown. */
export interface LineAuthor { name: string; color: string; at: string | null }

class AuthorMarker extends GutterMarker {
  readonly author: LineAuthor;
  readonly repeats: boolean;

  constructor(author: LineAuthor, repeats: boolean) {
    super();
    this.author = author;
    this.repeats = repeats;
  }

  override eq(other: GutterMarker): boolean {
    return other instanceof AuthorMarker && other.author === this.author && other.repeats === this.repeats;
  }

  override toDOM(): Node {
    const mark = document.createElement("span");
    mark.className = "blame-mark";
    mark.style.borderLeftColor = this.author.color;
    mark.title = describe(this.author);
    // The same author line after line is named once.
    mark.textContent = this.repeats ? "" : short(this.author);
    return mark;
  }
}

const short = ({ name, at }: LineAuthor): string => at === null ? name : `${name}, ${ago(at)}`;

/** "Ada, 3 minutes ago (22/11/2026, 14:05)". */
export function describe({ name, at }: LineAuthor): string {
  return at === null ? name : `${name}, ${ago(at)} (${new Date(at).toLocaleString()})`;
}

/** Replaces what the gutter shows: one entry for each line. */
export const setAuthors = StateEffect.define<readonly LineAuthor[]>();

const authors = StateField.define<RangeSet<AuthorMarker>>({
  create: () => RangeSet.empty,
  update(marks, transaction) {
    // Until the next answer, marks move with their lines.
    let next = transaction.docChanged ? marks.map(transaction.changes) : marks;
    for (const effect of transaction.effects) if (effect.is(setAuthors)) next = marksFor(transaction.state, effect.value);
    return next;
  },
});

function marksFor(state: EditorState, lines: readonly LineAuthor[]): RangeSet<AuthorMarker> {
  const builder = new RangeSetBuilder<AuthorMarker>();
  for (let n = 1; n <= Math.min(lines.length, state.doc.lines); n++) {
    const author = lines[n - 1]!;
    const before = lines[n - 2];
    const from = state.doc.line(n).from;
    builder.add(from, from, new AuthorMarker(author, before !== undefined && short(before) === short(author)));
  }
  return builder.finish();
}

/** Whoever wrote the line where the cursor is, or null. */
export function authorAtCursor(view: EditorView): LineAuthor | null {
  const marks = view.state.field(authors, false);
  const line = view.state.doc.lineAt(view.state.selection.main.head);
  let found: LineAuthor | null = null;
  marks?.between(line.from, line.from, (_from, _to, mark) => { found = mark.author; });
  return found;
}

export const blameGutter: Extension = [
  authors,
  gutter({ class: "cm-blame", markers: (view) => view.state.field(authors) }),
];
