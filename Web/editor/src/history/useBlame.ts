import { Compartment, StateEffect } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useState } from "preact/hooks";
import { CollabError } from "@collabhub/sdk";
import { useServices } from "../state/services";
import { authorAtCursor, blameGutter, describe, setAuthors, type LineAuthor } from "./blameGutter";

/** How long typing must rest before the authors are asked for again. */
const quietMs = 1200;

export interface BlameState {
  /** About the line where the cursor is; null while nothing is known. */
  atCursor: string | null;
  error: CollabError | null;
}

/** Shows who wrote each line beside the text of `view`, as long as it is `on`. */
export function useBlame(view: EditorView | null, on: boolean, workspaceId: string, fileId: string, colorOf: (userId: string) => string): BlameState {
  const { history } = useServices();
  const [state, setState] = useState<BlameState>({ atCursor: null, error: null });
  useEffect(() => {
    if (view === null || !on) return undefined;
    const place = new Compartment();
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      const author = authorAtCursor(view);
      const line = view.state.doc.lineAt(view.state.selection.main.head).number;
      setState((old) => ({ ...old, atCursor: author === null ? null : `Line ${line}: ${describe(author)}` }));
    };
    const ask = async (): Promise<void> => {
      try {
        const asked = view.state.doc;
        const { lines, people } = await history.blame(workspaceId, fileId);
        if (!isCurrent) return;
        // Typed meanwhile: the answer is about other lines, the next one will come.
        if (view.state.doc !== asked) return again();
        const names = new Map(people.map((person) => [person.userId, person.displayName]));
        const authors = lines.map(({ userId, at }): LineAuthor =>
          ({ name: userId === null ? "Unknown" : names.get(userId) ?? "Someone", color: userId === null ? "transparent" : colorOf(userId), at }));
        view.dispatch({ effects: setAuthors.of(authors) });
        setState((old) => ({ ...old, error: null }));
        tell();
      } catch (error) {
        if (!(error instanceof CollabError)) throw error;
        if (isCurrent) setState({ atCursor: null, error });
      }
    };
    const again = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), quietMs);
    };
    const follow = EditorView.updateListener.of((update) => {
      if (update.docChanged) again();
      if (update.docChanged || update.selectionSet) tell();
    });
    view.dispatch({ effects: StateEffect.appendConfig.of(place.of([blameGutter, follow])) });
    void ask();
    return () => {
      isCurrent = false;
      clearTimeout(timer);
      setState({ atCursor: null, error: null });
      view.dispatch({ effects: place.reconfigure([]) });
    };
  }, [view, on, workspaceId, fileId]);
  return state;
}
