import type { JSX } from "preact";
import { lazy, Suspense } from "preact/compat";
import { useEffect } from "preact/hooks";
import { ExternalPage } from "./account/externalPage";
import { tokenIn } from "./account/fields";
import { ForgotPasswordPage, ResetPasswordPage, VerifyEmailPage } from "./account/mailPages";
import { ProfilePage } from "./account/profilePage";
import { AuditPage } from "./audit/auditPage";
import { MembersPage } from "./members/membersPage";
import { InvitationsPage } from "./pages/invitationsPage";
import { InvitePage } from "./pages/invitePage";
import { SignInPage } from "./pages/signInPage";
import { WorkspacePage } from "./pages/workspacePage";
import { KeptTextsPanel } from "./session/keptTextsPanel";
import { SettingsPage } from "./settings/settingsPage";
import { HomePage } from "./pages/homePage";
import { Page } from "./pages/page";
import { navigate, useAddress } from "./state/router";
import { useAuth, useServices } from "./state/services";
import { Button, Problem, Skeleton } from "./ui/controls";

// The editor is most of the code; the other pages do not wait for it.
const SessionPage = lazy(() => import("./session/sessionPage").then((module) => module.SessionPage));

const OpsPage = lazy(() => import("./ops/opsPage").then((module) => module.OpsPage));

export function App(): JSX.Element {
  return <><CurrentPage /><KeptTextsPanel /></>;
}

/** Chooses the page for the address. */
function CurrentPage(): JSX.Element {
  const address = useAddress();
  const [first = "", second, third] = address.pathname.split("/").filter((part) => part !== "");
  if (first === "signin" && second === "external") return <ExternalPage fragment={address.hash} />;
  if (first === "verify-email") return <VerifyEmailPage token={tokenIn(address.hash)} />;
  if (first === "forgot-password") return <ForgotPasswordPage />;
  if (first === "reset-password") return <ResetPasswordPage token={tokenIn(address.hash)} />;
  if (first === "signin") return <SignInPage next={address.searchParams.get("next") ?? "/"} />;
  if (first === "invite") return <InvitePage token={new URLSearchParams(address.hash.slice(1)).get("token") ?? ""} />;
  return <SignedIn>{pageFor(first, second, third, address)}</SignedIn>;
}

function pageFor(first: string, second: string | undefined, third: string | undefined, address: URL): JSX.Element {
  if (first === "") return <HomePage />;
  if (first === "profile") return <ProfilePage />;
  if (first === "invitations") return <InvitationsPage />;
  if (first === "ops") return <Suspense fallback={<Page title="Operations"><Skeleton rows={8} /></Page>}><OpsPage /></Suspense>;
  if (first === "w" && second !== undefined && third === "settings") return <SettingsPage key={second} workspaceId={second} />;
  if (first === "w" && second !== undefined && third === "members") return <MembersPage key={second} workspaceId={second} />;
  if (first === "w" && second !== undefined && third === "audit") return <AuditPage key={second} workspaceId={second} />;
  if (first === "w" && second !== undefined) return <WorkspacePage key={second} workspaceId={second} />;
  if (first === "s" && second !== undefined) {
    return (
      <Suspense fallback={<Page title="Session"><Skeleton rows={6} /></Page>}>
        <SessionPage key={second} sessionId={second} fileId={address.searchParams.get("file")} />
      </Suspense>
    );
  }
  return (
    <Page title="Not found">
      <p>There is nothing at this address.</p>
      <Button kind="primary" onClick={() => navigate("/")}>Go to my workspaces</Button>
    </Page>
  );
}

/** Shows its content to signed-in people; sends others to sign in, and back here afterwards. */
function SignedIn({ children }: { children: JSX.Element }): JSX.Element {
  const { auth } = useServices();
  const state = useAuth();
  const here = window.location.pathname + window.location.search;
  useEffect(() => {
    if (state.kind === "signedOut") navigate(here === "/" ? "/signin" : `/signin?next=${encodeURIComponent(here)}`, { replace: true });
  }, [state.kind, here]);
  if (state.kind === "signedIn") return children;
  const error = state.kind === "unknown" ? state.error ?? null : null;
  return (
    <Page title="CollabHub">
      {error === null ? <Skeleton rows={4} /> : <Problem error={error} onRetry={() => void auth.start()} />}
    </Page>
  );
}
