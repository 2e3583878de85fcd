/** The browser side of CollabHub: REST, sign-in, live sessions, and files as Yjs documents. */
export { AccountClient, type Device, type ExternalCode, type ProfileChange, type Provider } from "./api/accountClient";
export { ApiClient, type NewFile, type NewInvitation, type NewInvitations, type NewSession, type NewWorkspace } from "./api/apiClient";
export { HistoryClient, type Blame, type FileVersion, type Found, type ImportResult, type VersionText } from "./api/historyClient";
export { OpsClient } from "./api/opsClient";
export { Http, type AccessToken, type AccessTokenSource, type HttpOptions } from "./api/http";
export {
  WorkspaceClient, type DocumentPatch, type Variable, type WorkspaceChange, type WorkspaceDocument, type WorkspaceFilter, type WorkspaceMember,
} from "./api/workspaceClient";
export { TeamApi, type AuditFilter, type AuditRow, type AuditVerdict, type Member } from "./api/teamApi";
export { AuthSession, type AuthState, type Credentials, type Registration } from "./auth/authSession";
export { beginExternal, readAnswer, takePending, type ExternalAnswer, type PendingExternal } from "./auth/externalSignIn";
export { BrowserTokenStore, type StoredSignIn, type TokenStore } from "./auth/tokenStore";
export { backoffMs, maxBackoffMs } from "./backoff";
export { DeploymentWatcher, type DeploymentWatcherOptions } from "./deployments/deploymentWatcher";
export { Emitter } from "./emitter";
export { CollabError, hubError, type Problem } from "./errors";
export { FileProvider, type Binding, type FileProviderEvents } from "./file/fileProvider";
export type { FileStage, FileState, Refusal, SaveState } from "./file/fileState";
export { splitUpdate } from "./file/splitUpdate";
export { NotificationConnection, type NotificationEvents } from "./notifications/notificationConnection";
export { OpsConnection, type NodeFigures, type NodesSample, type OpsEvents, type OpsState } from "./ops/opsConnection";
export { applyPresence, type PresenceEvent, type PresenceModel, type WatchedParticipant } from "./ops/presenceModel";
export { SessionConnection, type SessionConnectionEvents, type SessionConnectionOptions } from "./session/sessionConnection";
export type { ConnectionState, SessionEvent, SessionModel } from "./session/sessionState";
export { signalrTransport } from "./session/signalrTransport";
export type { HubTransport, StreamReceiver, TransportFactory } from "./session/transport";
export * from "./types";
