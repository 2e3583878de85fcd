import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { CollabError, type Found } from "@collabhub/sdk";
import { useServices } from "../state/services";
import { Button, IconButton, Problem, Skeleton } from "../ui/controls";

/** How long typing must rest before the search runs. */
const restMs = 250;

interface Results { items: Found[]; next: string | null }
type Searching = { kind: "idle" } | { kind: "busy" } | { kind: "failed"; error: CollabError } | ({ kind: "done" } & Results);

/** Finds a text in all files of the workspace; a result opens its file at the place. */
export function SearchPanel({ workspaceId, onOpen, onClose }: {
  workspaceId: string; onOpen: (place: Found) => void; onClose: () => void;
}): JSX.Element {
  const { history } = useServices();
  const [query, setQuery] = useState("");
  const [matchCase, setMatchCase] = useState(false);
  const [round, setRound] = useState(0);
  const [state, setState] = useState<Searching>({ kind: "idle" });
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => { input.current?.focus(); }, []);

  const find = async (cursor: string | null, before: Found[], isCurrent: () => boolean): Promise<void> => {
    try {
      const page = await history.search(workspaceId, query, { matchCase, ...(cursor === null ? {} : { cursor }) });
      if (isCurrent()) setState({ kind: "done", items: [...before, ...page.items], next: page.nextCursor });
    } catch (error) {
      if (!(error instanceof CollabError)) throw error;
      if (isCurrent()) setState({ kind: "failed", error });
    }
  };
  useEffect(() => {
    if (query === "") {
      setState({ kind: "idle" });
      return undefined;
    }
    let isCurrent = true;
    const timer = setTimeout(() => {
      setState({ kind: "busy" });
      void find(null, [], () => isCurrent);
    }, restMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [query, matchCase, round, workspaceId]);

  const shownFor = useRef("");
  shownFor.current = query;
  const more = (results: Results): void => void find(results.next, results.items, () => shownFor.current === query);
  return (
    <nav class="panel files search" aria-label="Search" onKeyDown={(event) => { if (event.key === "Escape") onClose(); }}>
      <header><h2>Search</h2><IconButton icon="close" label="Close search" onClick={onClose} /></header>
      <div class="search-line" role="search">
        <input
          ref={input} type="search" value={query} maxLength={200} spellcheck={false} placeholder="In all files" aria-label="Search in all files"
          onInput={(event) => setQuery(event.currentTarget.value)}
        />
        <button type="button" class="button quiet square" aria-pressed={matchCase} aria-label="Match case" title="Match case" onClick={() => setMatchCase(!matchCase)}>Aa</button>
      </div>
      <p class="hint muted" role="status">{summary(state)}</p>
      {state.kind === "busy" && <Skeleton rows={3} />}
      {state.kind === "failed" && <Problem error={state.error} onRetry={() => setRound(round + 1)} />}
      {state.kind === "done" && byFile(state.items).map(([path, places]) => (
        <section key={path} class="found">
          <h3 title={path}>{path}</h3>
          <ul>
            {places.map((place) => (
              <li key={`${place.line}:${place.column}`}>
                <button type="button" class="tree-row" title={`Line ${place.line}, column ${place.column}`} onClick={() => onOpen(place)}>
                  <span class="line-number">{place.line}</span><Preview text={place.preview} query={query} matchCase={matchCase} />
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {state.kind === "done" && state.next !== null && <Button onClick={() => more(state)}>More results</Button>}
    </nav>
  );
}

function summary(state: Searching): string {
  if (state.kind !== "done") return "";
  if (state.items.length === 0) return state.next === null ? "Nothing found." : "Nothing found yet.";
  const files = new Set(state.items.map((item) => item.fileId)).size;
  return `${state.items.length}${state.next === null ? "" : "+"} ${state.items.length === 1 ? "place" : "places"} in ${files} ${files === 1 ? "file" : "files"}`;
}

function byFile(items: readonly Found[]): [string, Found[]][] {
  const groups = new Map<string, Found[]>();
  for (const item of items) groups.set(item.path, [...groups.get(item.path) ?? [], item]);
  return [...groups];
}

/** The line without its indentation, the found text marked. */
function Preview({ text, query, matchCase }: { text: string; query: string; matchCase: boolean }): JSX.Element {
  const line = text.trimStart();
  const at = matchCase ? line.indexOf(query) : line.toLowerCase().indexOf(query.toLowerCase());
  if (at < 0) return <code class="preview">{line}</code>;
  return <code class="preview">{line.slice(Math.max(0, at - 24), at)}<mark>{line.slice(at, at + query.length)}</mark>{line.slice(at + query.length)}</code>;
}
