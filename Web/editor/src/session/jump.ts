import type { EditorView } from "@codemirror/view";

/** A place to show; a new object for every wish, so that the same place can be asked for twice. */
export interface Jump { fileId: string; line: number; column: number }

/** Puts the cursor there and brings it into sight; a place that is gone becomes the nearest one. */
export function jumpTo(view: EditorView, { line, column }: Jump): void {
  const target = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
  const anchor = Math.min(target.from + column - 1, target.to);
  view.dispatch({ selection: { anchor }, scrollIntoView: true });
  view.focus();
}
