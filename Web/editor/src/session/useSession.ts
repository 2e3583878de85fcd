import { useEffect, useMemo, useState } from "preact/hooks";
import type { ConnectionState, FileProvider, FileState, Refusal, SessionConnection, SessionModel } from "@collabhub/sdk";
import { useServices } from "../state/services";
import { OpenFiles } from "./openFiles";

export interface SessionView {
  connection: SessionConnection;
  files: OpenFiles;
  state: ConnectionState;
  model: SessionModel | null;
}

/** Joins a session for as long as the page shows it. */
export function useSession(sessionId: string): SessionView {
  const services = useServices();
  const { connection, files } = useMemo(() => {
    const created = services.connect(sessionId);
    return { connection: created, files: new OpenFiles(created) };
  }, [sessionId, services]);
  const [state, setState] = useState<ConnectionState>(connection.state);
  const [model, setModel] = useState<SessionModel | null>(connection.model);
  useEffect(() => {
    const stopState = connection.on("state", setState);
    const stopModel = connection.on("model", setModel);
    const retry = (): void => connection.retryNow();
    const askBeforeLosing = (event: BeforeUnloadEvent): void => { if (files.hasUnsaved) event.preventDefault(); };
    window.addEventListener("online", retry);
    window.addEventListener("beforeunload", askBeforeLosing);
    connection.start();
    return () => {
      window.removeEventListener("online", retry);
      stopState();
      stopModel();
      // What is not saved yet is still sent after the person went to another page of this application; what is refused then is shown there.
      void files.leave((fileId, refusals) => services.kept.keep(connection.model?.files.get(fileId)?.path ?? null, refusals)).then(() => {
        window.removeEventListener("beforeunload", askBeforeLosing);
        return connection.stop();
      });
    };
  }, [connection, files]);
  return { connection, files, state, model };
}

/** Tells the others which file is in view, and that one is away while the tab is hidden. */
export function usePresence(connection: SessionConnection, fileId: string | null): void {
  useEffect(() => {
    const tell = (): void => connection.setPresence({
      status: document.visibilityState === "hidden" ? "away" : "online", ...(fileId === null ? {} : { fileId }),
    });
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [connection, fileId]);
}

/** The files, other than the one in view, in which something refused waits for the person. */
export function useRefusedElsewhere(files: OpenFiles, inView: string | null): readonly string[] {
  const look = (): string => files.refused.filter((fileId) => fileId !== inView).join(" ");
  const [fileIds, setFileIds] = useState(look);
  useEffect(() => {
    const update = (): void => setFileIds(look());
    update();
    return files.on("state", update);
  }, [files, inView]);
  return fileIds === "" ? [] : fileIds.split(" ");
}

export interface OpenFileView {
  provider: FileProvider;
  state: FileState;
  refusals: readonly Refusal[];
}

/** Opens a file and renders again whenever its state changes. */
export function useOpenFile(files: OpenFiles, fileId: string | null): OpenFileView | null {
  const provider = useMemo(() => fileId === null ? null : files.show(fileId), [files, fileId]);
  const [, setRound] = useState(0);
  useEffect(() => {
    const render = (): void => setRound((n) => n + 1);
    render(); // the state may have changed since the first rendering
    return provider?.on("state", render);
  }, [provider]);
  return provider === null ? null : { provider, state: provider.state, refusals: provider.refusals };
}
