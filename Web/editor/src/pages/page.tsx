import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useLoad } from "../state/async";
import { Link, useAddress } from "../state/router";
import { useAuth, useServices } from "../state/services";
import { Button, IconButton } from "../ui/controls";
import { Icon } from "../ui/icon";
import { useTheme } from "../ui/theme";

/** The frame of every page but the editor: bar at the top, one column. `title` is also the window's. */
export function Page({ title, actions, children, hideTitle = false }: {
  title: string; actions?: ComponentChildren; children: ComponentChildren; hideTitle?: boolean;
}): JSX.Element {
  useTitle(title);
  return (
    <div class="page">
      <a class="skip" href="#main">Skip to content</a>
      <TopBar />
      <main id="main" tabIndex={-1}>
        {!hideTitle && <header class="page-title"><h1>{title}</h1><div class="actions">{actions}</div></header>}
        {children}
      </main>
    </div>
  );
}

export function useTitle(title: string): void {
  useEffect(() => { document.title = title === "CollabHub" ? title : `${title} · CollabHub`; }, [title]);
}

export function Brand(): JSX.Element {
  return <Link to="/" class="brand"><span class="mark" aria-hidden="true"><i /><i /></span>CollabHub</Link>;
}

export function ThemeToggle(): JSX.Element {
  const [theme, toggle] = useTheme();
  return <IconButton icon={theme === "dark" ? "sun" : "moon"} label={theme === "dark" ? "Use the light theme" : "Use the dark theme"} onClick={toggle} />;
}

/** How many invitations wait for an answer; follows them live. */
function useOpenInvitations(): number {
  const { api, notifications } = useServices();
  const [state, reload] = useLoad("open-invitations", async () => (await api.myInvitations()).items.length);
  useEffect(() => notifications.on("invitations", reload), [notifications, reload]);
  return state.kind === "ready" ? state.value : 0;
}

function OpenInvitations(): JSX.Element | null {
  const count = useOpenInvitations();
  return count === 0 ? null : <span class="badge" role="status" aria-label={`${count} open`}>{count}</span>;
}

/** The way to the invitations while there are any; for a bar without room for more. */
export function WaitingInvitations(): JSX.Element | null {
  const count = useOpenInvitations();
  if (count === 0) return null;
  const words = count === 1 ? "1 open invitation" : `${count} open invitations`;
  return <Link to="/invitations" class="button quiet waiting" title={words} aria-label={words}><Icon name="mail" /><span class="badge">{count}</span></Link>;
}

function TopBar(): JSX.Element {
  const { auth } = useServices();
  const state = useAuth();
  const path = useAddress().pathname;
  return (
    <header class="topbar">
      <Brand />
      {state.kind === "signedIn" && (
        <nav aria-label="Main">
          <Link to="/" aria-current={path === "/" ? "page" : undefined}>Workspaces</Link>
          <Link to="/invitations" aria-current={path === "/invitations" ? "page" : undefined}>Invitations<OpenInvitations /></Link>
        </nav>
      )}
      <span class="spacer" />
      {state.kind === "signedIn" && (
        <Link to="/profile" class="whoami" title="Your profile" aria-current={path === "/profile" ? "page" : undefined}>
          {state.user.displayName}
          {state.user.isGuest && <span class="badge">guest</span>}
        </Link>
      )}
      <ThemeToggle />
      {state.kind === "signedIn" && <Button kind="quiet" onClick={() => void auth.signOut()}>Sign out</Button>}
    </header>
  );
}
