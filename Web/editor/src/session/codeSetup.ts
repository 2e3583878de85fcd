import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { crosshairCursor, drawSelection, dropCursor, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers, rectangularSelection } from "@codemirror/view";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import * as Y from "yjs";
import type { Binding } from "@collabhub/sdk";
import { codeTheme } from "./codeTheme";

/** Everything about the editor that does not depend on the file. Undo belongs to Yjs, so that it takes back one's own edits only. */
const always: Extension = [
  lineNumbers(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSpecialChars(),
  highlightSelectionMatches(),
  drawSelection(),
  dropCursor(),
  rectangularSelection(),
  crosshairCursor(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  EditorState.allowMultipleSelections.of(true),
  EditorState.tabSize.of(2),
  // Yjs counts "\r\n" as two units; CodeMirror would count a line break of its own as one, and positions would drift apart.
  EditorState.lineSeparator.of("\n"),
  codeTheme,
  // Escape followed by Tab leaves the editor, as CodeMirror's documentation recommends for keyboard users.
  keymap.of([...closeBracketsKeymap, ...yUndoManagerKeymap, ...searchKeymap, ...defaultKeymap, indentWithTab]),
];

export function stateFor(binding: Binding, label: string, more: Extension): EditorState {
  const { text, awareness } = binding;
  return EditorState.create({
    doc: text.toString(),
    extensions: [
      always,
      more,
      EditorView.contentAttributes.of({ "aria-label": label, "aria-description": "Press Escape, then Tab, to leave the editor." }),
      yCollab(text, awareness, { undoManager: new Y.UndoManager(text) }),
    ],
  });
}
