import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { CollabError } from "@collabhub/sdk";

export type Loaded<T> =
  | { kind: "loading" }
  | { kind: "failed"; error: CollabError }
  | { kind: "ready"; value: T };

/** Loads once per `key`; an answer that arrives after the key changed is dropped. A reload keeps what is shown until it is done. */
export function useLoad<T>(key: string, load: () => Promise<T>): [Loaded<T>, () => void] {
  const [state, setState] = useState<Loaded<T>>({ kind: "loading" });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => { setState({ kind: "loading" }); }, [key]);
  useEffect(() => {
    let isCurrent = true;
    latest.current().then(
      (value) => { if (isCurrent) setState({ kind: "ready", value }); },
      (error: unknown) => { if (isCurrent) setState({ kind: "failed", error: expected(error) }); },
    );
    return () => { isCurrent = false; };
  }, [key, round]);
  return [state, useCallback(() => setRound((n) => n + 1), [])];
}

export interface Action<Args extends unknown[]> {
  run: (...args: Args) => void;
  busy: boolean;
  error: CollabError | null;
  clear: () => void;
}

/** Something a button does: busy while it runs, with the error of the last run. A second press while busy does nothing. */
export function useAction<Args extends unknown[]>(work: (...args: Args) => Promise<unknown>): Action<Args> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<CollabError | null>(null);
  const running = useRef(false);
  const run = (...args: Args): void => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setError(null);
    work(...args).catch((failure: unknown) => setError(expected(failure))).finally(() => {
      running.current = false;
      setBusy(false);
    });
  };
  return { run, busy, error, clear: () => setError(null) };
}

/** Programming errors are not shown as messages; they go where the browser reports them. */
function expected(error: unknown): CollabError {
  if (error instanceof CollabError) return error;
  reportError(error);
  return new CollabError({ code: "page.failed", status: 0, title: "Something went wrong on this page. Reload it to try again." });
}

/** The time (ms since 1970), renewed every `everyMs` while `active`. */
export function useNow(everyMs: number, active: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!active) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, active]);
  return now;
}
