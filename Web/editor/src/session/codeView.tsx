import { Compartment, EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Binding } from "@collabhub/sdk";
import { stateFor } from "./codeSetup";
import { languageFor } from "./languages";

/** Whether the person is in the middle of typing into something else, such as the search: another file coming into view is no reason to take that away. */
const isTypingElsewhere = (): boolean => document.activeElement?.matches("input, textarea, select, dialog *") === true;

/** The text of one file. Made anew for another binding; a change of role or path only reconfigures it. */
export function CodeView({ binding, path, readOnly, onView }: {
  binding: Binding; path: string; readOnly: boolean;
  /** Hears of the editor while there is one. */
  onView?: (view: EditorView | null) => void;
}): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const [language] = useState(() => new Compartment());
  const [access] = useState(() => new Compartment());
  const view = useRef<EditorView | null>(null);

  useEffect(() => {
    const created = new EditorView({
      parent: host.current!,
      state: stateFor(binding, path, [language.of([]), access.of(EditorState.readOnly.of(readOnly))]),
    });
    view.current = created;
    if (!isTypingElsewhere()) created.focus();
    onView?.(created);
    return () => {
      view.current = null;
      onView?.(null);
      created.destroy();
    };
  }, [binding]);

  // Together with what the page says about the role: nobody is to type into an editor that is called read-only, or the other way round.
  useLayoutEffect(() => {
    view.current?.dispatch({ effects: access.reconfigure(EditorState.readOnly.of(readOnly)) });
  }, [readOnly, binding]);

  useEffect(() => {
    let isCurrent = true;
    const load = languageFor(path);
    if (load === null) view.current?.dispatch({ effects: language.reconfigure([]) });
    else void load().then((support) => { if (isCurrent) view.current?.dispatch({ effects: language.reconfigure(support) }); });
    return () => { isCurrent = false; };
  }, [path, binding]);

  return <div class="code" ref={host} />;
}
