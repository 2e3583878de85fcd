using CollabHub.Domain.Editing;
using CollabHub.Hubs.Sockets;

namespace CollabHub.Hubs.Options;

/// <summary>Every bound on what callers may ask for. Rates are per window named in the property; sizes are bytes.</summary>
public sealed class LimitsOptions
{
    /// <summary>Largest REST request body.</summary>
    [Bound(1_024, 1_073_741_824)]
    public long RestBodyBytes { get; set; } = 1_048_576;

    /// <summary>Largest sum of a request's headers.</summary>
    [Bound(1_024, 1_048_576)]
    public int RequestHeadersBytes { get; set; } = 16_384;

    /// <summary>Most headers of a request.</summary>
    [Bound(16, 1_000)]
    public int RequestHeaderCount { get; set; } = 64;

    /// <summary>REST requests of one account, sustained.</summary>
    [Bound(1, 1_000_000)]
    public int RestPerUserPerSecond { get; set; } = 20;

    /// <summary>REST requests that one account may make at once.</summary>
    [Bound(1, 1_000_000)]
    public int RestPerUserBurst { get; set; } = 60;

    /// <summary>REST requests of one address without a sign-in, sustained.</summary>
    [Bound(1, 1_000_000)]
    public int RestAnonymousPerSecond { get; set; } = 5;

    /// <summary>REST requests without a sign-in that one address may make at once.</summary>
    [Bound(1, 1_000_000)]
    public int RestAnonymousBurst { get; set; } = 20;

    /// <summary>Whether callers on the loopback address are counted by address as well.</summary>
    public bool CountLoopback { get; set; }

    /// <summary>Sign-ins tried from one address in 5 minutes.</summary>
    [Bound(1, 1_000_000)]
    public int LoginsPerAddress { get; set; } = 30;

    /// <summary>Failed sign-ins of one account in 15 minutes that cost no wait.</summary>
    [Bound(1, 1_000_000)]
    public int FailedLoginsPerAccount { get; set; } = 10;

    /// <summary>Failed sign-ins of one account in a row after which its password has to be reset.</summary>
    [Bound(1, 1_000_000)]
    public int ConsecutiveFailedLogins { get; set; } = 100;

    /// <summary>Letters (verification, reset) asked for from one address in an hour.</summary>
    [Bound(1, 1_000_000)]
    public int AccountMailsPerAddress { get; set; } = 20;

    /// <summary>Letters of one sort to one e-mail address in an hour.</summary>
    [Bound(1, 1_000_000)]
    public int AccountMailsPerAccount { get; set; } = 5;

    /// <summary>Accounts registered from one address in an hour.</summary>
    [Bound(1, 1_000_000)]
    public int RegistrationsPerAddress { get; set; } = 5;

    /// <summary>Guests created from one address in an hour.</summary>
    [Bound(1, 1_000_000)]
    public int GuestsPerAddress { get; set; } = 30;

    /// <summary>Refreshes of one sign-in in a minute.</summary>
    [Bound(1, 1_000_000)]
    public int RefreshesPerSignIn { get; set; } = 30;

    /// <summary>Passwords that are hashed at the same time, further ones wait; 0 is as many as half of the cores, at least one.</summary>
    [Bound(0, 64)]
    public int ConcurrentPasswordHashes { get; set; }

    /// <summary>Largest live edit: one Yjs update.</summary>
    [Bound(1_024, 67_108_864)]
    public int EditBytes { get; set; } = 262_144;

    /// <summary>Largest update of the first exchange after (re)connecting, when offline work arrives at once.</summary>
    [Bound(1_024, 67_108_864)]
    public int SyncBytes { get; set; } = 4_194_304;

    /// <summary>Clients that a state vector may name beside those that the file knows.</summary>
    [Bound(1, 1_000_000)]
    public int VectorEntries { get; set; } = 4_096;

    /// <summary>Answers a second to a connection that asks a file again what it lacks; a few at once.</summary>
    [Bound(1, 1_000)]
    public int SyncsPerSecond { get; set; } = 1;

    /// <summary>Size at which a first exchange is cut into parts.</summary>
    [Bound(1_024, 67_108_864)]
    public int SyncPartBytes { get; set; } = 262_144;

    /// <summary>Largest text of a file, UTF-8.</summary>
    [Bound(1_024, 268_435_456)]
    public int FileTextBytes { get; set; } = 2_097_152;

    /// <summary>Largest content of a file in memory, deleted content included until it is collected.</summary>
    [Bound(1_024, 268_435_456)]
    public int FileStateBytes { get; set; } = 8_388_608;

    /// <summary>What may wait for one connection of a file before it is closed as a slow reader.</summary>
    [Bound(1_024, 268_435_456)]
    public int QueueBytes { get; set; } = 1_048_576;

    /// <summary>What may wait for its commit in one file while the store fails; beyond it the file takes no edits.</summary>
    [Bound(1_024, 268_435_456)]
    public int UncommittedBytes { get; set; } = 1_048_576;

    /// <summary>Seconds that the oldest edit of a file may wait for its commit while the store fails; beyond them the file takes no edits.</summary>
    [Bound(1, 3_600)]
    public int UncommittedSeconds { get; set; } = 30;

    /// <summary>Edits times connections a second from which on a file sends on a tick of 5 ms instead of each edit at once.</summary>
    [Bound(1, 2_147_483_647)]
    public int BusyWritesPerSecond { get; set; } = 10_000;

    /// <summary>Cursors, as awareness client ids, that one connection may have in one file.</summary>
    [Bound(1, 1_000)]
    public int CursorsPerConnection { get; set; } = 16;

    /// <summary>Connections that may have one file open on one node.</summary>
    [Bound(1, 100_000)]
    public int ConnectionsPerFile { get; set; } = 250;

    /// <summary>People in one file on one node from whom on only those who may edit it come in.</summary>
    [Bound(1, 100_000)]
    public int PeoplePerFile { get; set; } = 100;

    /// <summary>Messages of one connection to a hub or socket, of whatever kind, sustained.</summary>
    [Bound(1, 1_000_000)]
    public int MessagesPerSecond { get; set; } = 60;

    /// <summary>Messages that one connection may send at once.</summary>
    [Bound(1, 1_000_000)]
    public int MessagesBurst { get; set; } = 120;

    /// <summary>Bytes of one connection, sustained; a first exchange and a paste may come at once.</summary>
    [Bound(1_024, 1_073_741_824)]
    public int BytesPerSecond { get; set; } = 262_144;

    /// <summary>Bytes a second that the large edits of one connection make others receive, sustained; two seconds of it at once.</summary>
    [Bound(65_536, 1_073_741_824)]
    public int FanOutBytesPerSecond { get; set; } = 4_194_304;

    /// <summary>Largest message to any hub but the session hub, which takes <see cref="SyncBytes"/>. A token has to fit.</summary>
    [Bound(8_192, 67_108_864)]
    public int HubMessageBytes { get; set; } = 32_768;

    /// <summary>Messages of all hub connections of one account, sustained.</summary>
    [Bound(1, 1_000_000)]
    public int MessagesPerUserPerSecond { get; set; } = 150;

    /// <summary>Seconds over its rate after which a connection that is read more slowly is cut off.</summary>
    [Bound(1, 3_600)]
    public int ThrottledSeconds { get; set; } = 60;

    /// <summary>Cursor updates of one connection and file; what is over is merged.</summary>
    [Bound(1, 1_000)]
    public int CursorsPerSecond { get; set; } = 20;

    /// <summary>Connections of one account to hubs and sockets of one node.</summary>
    [Bound(1, 1_000_000)]
    public int ConnectionsPerUser { get; set; } = 20;

    /// <summary>Connections of one address to hubs and sockets of one node.</summary>
    [Bound(1, 1_000_000)]
    public int ConnectionsPerAddress { get; set; } = 200;

    /// <summary>New connections of one address in a minute.</summary>
    [Bound(1, 1_000_000)]
    public int NewConnectionsPerAddressAndMinute { get; set; } = 30;

    /// <summary>Connections to hubs and sockets of one node.</summary>
    [Bound(1, 10_000_000)]
    public int ConnectionsPerNode { get; set; } = 10_000;

    /// <summary>Files that one connection may have open.</summary>
    [Bound(1, 10_000)]
    public int FilesPerConnection { get; set; } = 32;

    /// <summary>Files that one account may have open on one node, counted once for each connection.</summary>
    [Bound(1, 1_000_000)]
    public int OpenFilesPerUser { get; set; } = 100;

    /// <summary>Seconds that a socket may be open before it shows a good token, where tokens come in a message.</summary>
    [Bound(1, 60)]
    public int PreAuthenticationSeconds { get; set; } = 5;

    /// <summary>Bytes that such a socket may send.</summary>
    [Bound(512, 1_048_576)]
    public int PreAuthenticationBytes { get; set; } = 4_096;

    /// <summary>Seconds after a start in which clients may bring back what others wrote and a crash took.</summary>
    [Bound(0, 86_400)]
    public int ReturnSeconds { get; set; } = 600;

    /// <summary>How long one of several nodes goes on answering after its readiness turned red, so that every balancer has seen it.</summary>
    [Bound(0, 15)]
    public int DrainNoticeSeconds { get; set; } = 3;

    /// <summary>The longest time over which a stopping node tells people to move.</summary>
    [Bound(1, 15)]
    public int DrainSeconds { get; set; } = 8;

    /// <summary>Files of one workspace.</summary>
    [Bound(1, 1_000_000)]
    public int FilesPerWorkspace { get; set; } = 2_000;

    /// <summary>Bytes of all files of one workspace that creating and importing may reach.</summary>
    [Bound(1_024, 68_719_476_736)]
    public long WorkspaceBytes { get; set; } = 104_857_600;

    /// <summary>Largest archive that is imported, as it is sent.</summary>
    [Bound(1_024, 1_073_741_824)]
    public long UploadBytes { get; set; } = 10_485_760;

    /// <summary>Seconds that a file must be quiet before an automatic version of its changes is made.</summary>
    [Bound(1, 86_400)]
    public int VersionIdleSeconds { get; set; } = 300;

    /// <summary>Seconds that unbroken work may go on without an automatic version.</summary>
    [Bound(1, 604_800)]
    public int VersionLongestSeconds { get; set; } = 3_600;

    /// <summary>Automatic versions of one file that stay; the oldest go.</summary>
    [Bound(1, 100_000)]
    public int AutomaticVersionsPerFile { get; set; } = 100;

    /// <summary>Versions of one file that people may make.</summary>
    [Bound(1, 100_000)]
    public int NamedVersionsPerFile { get; set; } = 1_000;

    /// <summary>Memory for texts of files that nobody has open, for search.</summary>
    [Bound(0, 17_179_869_184)]
    public long TextCacheBytes { get; set; } = 67_108_864;

    /// <summary>Milliseconds that one search may take before it answers with what it has and a cursor.</summary>
    [Bound(1, 60_000)]
    public int SearchMilliseconds { get; set; } = 2_000;

    /// <summary>The bounds of sockets.</summary>
    internal YjsSocketOptions ToSocketOptions() => new()
    {
        MaxMessageBytes = SyncBytes + 1024,
        MaxDocuments = FilesPerConnection,
        PreAuthenticationTime = TimeSpan.FromSeconds(PreAuthenticationSeconds),
        PreAuthenticationBytes = PreAuthenticationBytes,
    };

    /// <summary>The bounds of rooms.</summary>
    internal EditingOptions ToEditingOptions() => new()
    {
        MaxEditBytes = EditBytes,
        MaxSyncBytes = SyncBytes,
        SyncPartBytes = SyncPartBytes,
        MaxVectorEntries = VectorEntries,
        MaxTextBytes = FileTextBytes,
        MaxStateBytes = FileStateBytes,
        MaxQueueBytes = QueueBytes,
        MaxUncommittedBytes = UncommittedBytes,
        MaxUncommittedAge = TimeSpan.FromSeconds(UncommittedSeconds),
        BusyWritesPerSecond = BusyWritesPerSecond,
        MaxCursorClients = CursorsPerConnection,
        MaxSubscribers = ConnectionsPerFile,
        CrowdedPeople = PeoplePerFile,
        ReturnTime = TimeSpan.FromSeconds(ReturnSeconds),
        DrainWindow = TimeSpan.FromSeconds(DrainSeconds),
    };
    /// <summary>Workspaces that one account owns, archived ones included.</summary>
    [Bound(1, 1_000_000)]
    public int WorkspacesPerUser { get; set; } = 100;

    /// <summary>JSON text of one section of a workspace's document.</summary>
    [Bound(1_024, 524_288)]
    public int DocumentSectionBytes { get; set; } = 65_536;

    /// <summary>Sessions of one account that have not ended.</summary>
    [Bound(1, 1_000_000)]
    public int OpenSessionsPerUser { get; set; } = 20;

    /// <summary>Pending invitations and share links of one account.</summary>
    [Bound(1, 1_000_000)]
    public int OpenInvitationsPerUser { get; set; } = 100;

    /// <summary>Addresses in one call that invites many.</summary>
    [Bound(1, 1_000)]
    public int InvitationsPerCall { get; set; } = 50;

    /// <summary>Invitations and resends of one account in any hour.</summary>
    [Bound(1, 1_000_000)]
    public int InvitationsPerUserAndHour { get; set; } = 20;

    /// <summary>Invitations and resends into one workspace, its sessions included, in any day.</summary>
    [Bound(1, 1_000_000)]
    public int InvitationsPerWorkspaceAndDay { get; set; } = 100;

    /// <summary>Invitation mails to one address, whoever sends them, in any day.</summary>
    [Bound(1, 1_000_000)]
    public int InvitationsPerAddressAndDay { get; set; } = 3;

    /// <summary>Exports and verifications of audit logs by one account in a minute.</summary>
    [Bound(1, 1_000_000)]
    public int AuditRunsPerUserAndMinute { get; set; } = 10;

    /// <summary>A session in which nobody was for this long becomes idle.</summary>
    [Bound(2, 100_000)]
    public int SessionIdleMinutes { get; set; } = 30;

    /// <summary>A session in which nobody was for this long ends; its owner may reopen it.</summary>
    [Bound(3, 10_000_000)]
    public int SessionEndMinutes { get; set; } = 10_080;

    /// <summary>Rows that refused actions of one account (or of one address, without an account) leave in the audit log in a minute.</summary>
    [Bound(1, 1_000_000)]
    public int DeniedRowsPerUserAndMinute { get; set; } = 10;

    /// <summary>Apps of one account at the same time.</summary>
    [Bound(0, 1_000)]
    public int AppsPerUser { get; set; } = 2;

    /// <summary>Apps of all accounts together.</summary>
    [Bound(0, 4_000)]
    public int AppsPerNode { get; set; } = 50;

    /// <summary>Memory of an app, its temporary files included; swap is off.</summary>
    [Bound(8_388_608, 1_099_511_627_776)]
    public long AppMemoryBytes { get; set; } = 536_870_912;

    /// <summary>Thousandths of a core.</summary>
    [Bound(10, 1_000_000)]
    public int AppCpuMillis { get; set; } = 1_000;

    /// <summary>Processes and threads of an app.</summary>
    [Bound(1, 100_000)]
    public int AppProcesses { get; set; } = 128;

    /// <summary>Open files of a process.</summary>
    [Bound(16, 1_048_576)]
    public int AppOpenFiles { get; set; } = 1_024;

    /// <summary>An app's <c>/tmp</c>.</summary>
    [Bound(65_536, 1_099_511_627_776)]
    public long AppTmpBytes { get; set; } = 67_108_864;

    /// <summary>One file that an app or a build writes.</summary>
    [Bound(65_536, 1_099_511_627_776)]
    public long AppFileBytes { get; set; } = 268_435_456;

    /// <summary>Output that the engine keeps of an app.</summary>
    [Bound(65_536, 10_737_418_240)]
    public long AppLogBytes { get; set; } = 10_485_760;

    /// <summary>All files of an app together.</summary>
    [Bound(1_024, 10_737_418_240)]
    public long AppSourceBytes { get; set; } = 104_857_600;

    /// <summary>Requests and sockets that one app has open at the same time.</summary>
    [Bound(1, 100_000)]
    public int AppConnections { get; set; } = 64;

    /// <summary>Largest request body that is passed on to an app.</summary>
    [Bound(0, 10_737_418_240)]
    public long AppBodyBytes { get; set; } = 10_485_760;

    /// <summary>How long an app may take until its answer begins.</summary>
    [Bound(1, 3_600)]
    public int AppAnswerSeconds { get; set; } = 30;

    /// <summary>How long one connection to an app may last.</summary>
    [Bound(1, 86_400)]
    public int AppConnectionSeconds { get; set; } = 3_600;
}
