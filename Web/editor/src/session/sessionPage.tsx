import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { canEdit, type Found, type SessionModel } from "@collabhub/sdk";
import { TransferDialog } from "../archive/transfer";
import { DeployPanel, Status } from "../deploy/deployPanel";
import { NewFileDialog } from "../pages/newFileDialog";
import { Brand, ThemeToggle, useTitle, WaitingInvitations } from "../pages/page";
import { SearchPanel } from "../search/searchPanel";
import { navigate } from "../state/router";
import { Button, Empty, IconButton, Skeleton } from "../ui/controls";
import { Icon, type IconName } from "../ui/icon";
import { Avatar, RoleBadge } from "../ui/people";
import { FilePane } from "./filePane";
import { FileTree } from "./fileTree";
import { useFollow } from "./follow";
import type { Jump } from "./jump";
import { Notices } from "./notices";
import { Participants } from "./participants";
import { ShareDialog } from "./shareDialog";
import { ConnectionBanner } from "./status";
import { firstFile, treeOf } from "./tree";
import { usePresence, useRefusedElsewhere, useSession } from "./useSession";

type Side = "files" | "people";

/** The editor: files on the left, the text in the middle, people on the right. */
export function SessionPage({ sessionId, fileId }: { sessionId: string; fileId: string | null }): JSX.Element {
  const { connection, files, state, model } = useSession(sessionId);
  const [dialog, setDialog] = useState<"share" | "newFile" | "transfer" | null>(null);
  const [searching, setSearching] = useState(false);
  const [jump, setJump] = useState<Jump | null>(null);
  const [showsApp, setShowsApp] = useState(false);
  const [side, setSide] = useState<Side | null>(null);
  useTitle(model?.session.name ?? "Session");
  usePresence(connection, fileId);
  const open = (id: string, replace = false): void => navigate(`/s/${sessionId}?file=${id}`, { replace });
  const first = model === null || fileId !== null ? null : firstFile(treeOf(model.files.values()));
  useEffect(() => { if (first !== null) open(first.fileId, true); }, [first?.fileId]);
  const follow = useFollow(model, fileId, open);
  const refused = useRefusedElsewhere(files, fileId);
  /** Going somewhere by oneself ends following. */
  const openMyself = (id: string): void => {
    follow.stop();
    setSide(null);
    open(id);
  };
  const openAt = (place: Found): void => {
    setJump({ fileId: place.fileId, line: place.line, column: place.column });
    setSide(null);
    if (place.fileId !== fileId) openMyself(place.fileId);
  };
  const colorOf = (userId: string): string => model?.participants.get(userId)?.color ?? "var(--line-strong)";
  useSearchKey(() => { setSearching(true); setSide("files"); });
  const isIn = state.kind !== "offline";
  const mayEdit = isIn && model !== null && canEdit(model.you.role) && model.session.status !== "ended";
  const mayInvite = isIn && model?.you.role === "owner" && model.session.status !== "ended";
  return (
    <div class={state.kind === "live" ? "session" : "session away"} onKeyDown={(event) => { if (event.key === "Escape") setSide(null); }}>
      <SessionBar
        model={model} mayInvite={mayInvite} onShare={() => setDialog("share")} showsApp={showsApp} onApp={() => setShowsApp(!showsApp)}
        side={side} onSide={(next) => setSide(side === next ? null : next)}
      />
      {model === null
        ? <SessionOpening refused={state.kind === "offline" && state.error !== undefined} />
        : (
          <div class={side === null ? "workbench" : `workbench shows-${side}`}>
            {searching
              ? <SearchPanel workspaceId={model.session.workspaceId} onOpen={openAt} onClose={() => setSearching(false)} />
              : (
                <FileTree
                  model={model} fileId={fileId} mayEdit={mayEdit} onOpen={openMyself} onNewFile={() => setDialog("newFile")}
                  onSearch={() => setSearching(true)} onTransfer={() => setDialog("transfer")}
                />
              )}
            <main class="pane" onMouseDown={() => setSide(null)}>
              <Notices model={model} isIn={isIn} follow={follow} refused={refused} onOpen={openMyself} />
              {fileId === null
                ? <NoFile mayEdit={mayEdit} onNewFile={() => setDialog("newFile")} />
                : <FilePane key={fileId} files={files} workspaceId={model.session.workspaceId} fileId={fileId} file={model.files.get(fileId)} jump={jump} follow={follow} colorOf={colorOf} />}
              {showsApp && <DeployPanel model={model} onClose={() => setShowsApp(false)} />}
            </main>
            <Participants model={model} live={state.kind === "live"} follow={follow} onOpen={openMyself} />
          </div>
        )}
      <ConnectionBanner connection={connection} state={state} joinedBefore={model !== null} mayEdit={mayEdit} />
      {dialog === "share" && <ShareDialog sessionId={sessionId} onClose={() => setDialog(null)} />}
      {dialog === "transfer" && model !== null && (
        <TransferDialog
          workspaceId={model.session.workspaceId} name={model.session.name} mayEdit={mayEdit} onClose={() => setDialog(null)} onImported={() => undefined}
        />
      )}
      {dialog === "newFile" && model !== null && (
        <NewFileDialog
          workspaceId={model.session.workspaceId} onClose={() => setDialog(null)}
          onCreated={(file) => { setDialog(null); openMyself(file.fileId); }}
        />
      )}
    </div>
  );
}

/** Ctrl+Shift+F, or Cmd+Shift+F, from anywhere on the page. */
function useSearchKey(search: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.key.toLowerCase() !== "f") return;
      event.preventDefault();
      // The editor's own search would open as well.
      event.stopPropagation();
      search();
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, []);
}

interface SessionBarProps {
  model: SessionModel | null;
  mayInvite: boolean;
  onShare: () => void;
  showsApp: boolean;
  onApp: () => void;
  side: Side | null;
  onSide: (side: Side) => void;
}

function SessionBar({ model, mayInvite, onShare, showsApp, onApp, side, onSide }: SessionBarProps): JSX.Element {
  const people = model === null ? [] : [...model.participants.values()].filter((who) => who.status !== "offline");
  return (
    <header class="topbar">
      {model !== null && <SideButton side="files" icon="folder" shown={side} onSide={onSide}>Files</SideButton>}
      <Brand />
      <span class="session-name">
        {model !== null && <><h1>{model.session.name}</h1><RoleBadge role={model.you.role} /></>}
        {model?.session.status === "ended" && <span class="badge">ended</span>}
      </span>
      <span class="spacer" />
      <span class="faces" aria-hidden="true">
        {people.slice(0, 5).map((who) => <Avatar key={who.userId} name={who.displayName} color={who.color} away={who.status === "away"} />)}
        {people.length > 5 && <span class="muted">+{people.length - 5}</span>}
      </span>
      {model !== null && <SideButton side="people" icon="people" shown={side} onSide={onSide}>{`People: ${people.length}`}</SideButton>}
      <WaitingInvitations />
      {model?.deployment != null && !showsApp && <Status deployment={model.deployment} />}
      {model !== null && <IconButton icon="play" label={showsApp ? "Hide the app" : "Show the app"} pressed={showsApp} onClick={onApp} />}
      {mayInvite && <Button kind="primary" icon="share" onClick={onShare}>Share</Button>}
      <ThemeToggle />
    </header>
  );
}

/** Brings a side panel over the text where there is no room beside it; not there where there is. */
function SideButton({ side, icon, shown, onSide, children }: {
  side: Side; icon: IconName; shown: Side | null; onSide: (side: Side) => void; children: string;
}): JSX.Element {
  return (
    <button type="button" class={`button quiet square side-${side}`} title={children} aria-expanded={shown === side} onClick={() => onSide(side)}>
      <Icon name={icon} /><span class="visually-hidden">{children}</span>
    </button>
  );
}

function SessionOpening({ refused }: { refused: boolean }): JSX.Element {
  return (
    <main class="opening">
      {refused
        ? <Empty title="This session cannot be opened"><p>It may have ended, or you may not have been invited to it.</p><Button onClick={() => navigate("/")}>Go to my workspaces</Button></Empty>
        : <Skeleton rows={6} />}
    </main>
  );
}

function NoFile({ mayEdit, onNewFile }: { mayEdit: boolean; onNewFile: () => void }): JSX.Element {
  return (
    <Empty title="No file is open">
      {mayEdit ? <Button kind="primary" icon="plus" onClick={onNewFile}>New file</Button> : <p>Files appear here when someone creates them.</p>}
    </Empty>
  );
}
