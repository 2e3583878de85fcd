namespace CollabHub.Domain.Editing;

/// <summary>The bounds of rooms and their subscribers. Defaults suit one small server; what bounds callers is configuration (<c>Limits:…</c>).</summary>
public sealed record EditingOptions
{
    /// <summary>Messages that may wait for a room before senders are slowed down.</summary>
    public int InboxCapacity { get; init; } = 1024;

    /// <summary>Bytes of one live update; 64 KiB.</summary>
    public int MaxEditBytes { get; init; } = 64 * 1024;

    /// <summary>Bytes of one update during the first exchange after (re)connecting, when offline work arrives at once; 4 MiB.</summary>
    public int MaxSyncBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Clients that a state vector may name beside those that the file knows.</summary>
    public int MaxVectorEntries { get; init; } = 4096;

    /// <summary>Bytes at which a first exchange is cut into parts; 256 KiB.</summary>
    public int SyncPartBytes { get; init; } = 256 * 1024;

    /// <summary>UTF-8 bytes of a file's text; 2 MiB.</summary>
    public int MaxTextBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Bytes of a file's content in memory, deleted content included until it is collected; 8 MiB.</summary>
    public long MaxStateBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes that may wait for one subscriber before it is closed as a slow reader; 1 MiB beyond its first sync and the largest update.</summary>
    public int MaxQueueBytes { get; init; } = 1024 * 1024;

    /// <summary>Frames that may wait for one subscriber before they are merged.</summary>
    public int MaxQueueFrames { get; init; } = 256;

    /// <summary>Bytes from which on an edit is large: it leaves by itself and is never merged with others.</summary>
    public int LargeEditBytes { get; init; } = 8 * 1024;

    /// <summary>Subscribers of one file on one node.</summary>
    public int MaxSubscribers { get; init; } = 250;

    /// <summary>People in one file on one node from whom on only those who may edit it come in.</summary>
    public int CrowdedPeople { get; init; } = 100;

    /// <summary>Awareness client ids of one subscriber.</summary>
    public int MaxCursorClients { get; init; } = 16;

    /// <summary>
    /// Writes to sockets a second (edits times subscribers) above which a room stops sending each edit at once and flushes on a tick: 100
    /// edits to 100 people, or 1,000 to ten.
    /// </summary>
    public int BusyWritesPerSecond { get; init; } = 10_000;

    /// <summary>The tick of a busy room.</summary>
    public TimeSpan BusyFlushInterval { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The least time between two cursor flushes of a file: 20 a second.</summary>
    public TimeSpan CursorFlushInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Uncommitted bytes over which a file turns read-only while the log does not commit; 1 MiB.</summary>
    public int MaxUncommittedBytes { get; init; } = 1024 * 1024;

    /// <summary>Age of the oldest uncommitted edit over which a file turns read-only.</summary>
    public TimeSpan MaxUncommittedAge { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>First wait before a failed commit is tried again; doubles up to <see cref="MaxCommitRetryDelay"/>.</summary>
    public TimeSpan CommitRetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait before a failed commit is tried again.</summary>
    public TimeSpan MaxCommitRetryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Records after which a snapshot is taken.</summary>
    public int SnapshotRecords { get; init; } = 500;

    /// <summary>Bytes of records after which a snapshot is taken; 1 MiB.</summary>
    public int SnapshotBytes { get; init; } = 1024 * 1024;

    /// <summary>How long after something may have been lost clients may bring back what others wrote; docs/decisions/0010.</summary>
    public TimeSpan ReturnTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest time over which the people on a stopping node are told to move.</summary>
    public TimeSpan DrainWindow { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>How long a room stays open without anyone in it.</summary>
    public TimeSpan IdleClose { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a node looks at the heads of its open files' logs for what the bus did not bring; zero on a single node: never.</summary>
    public TimeSpan HeadPoll { get; init; } = TimeSpan.Zero;

    /// <summary>How long a room waits for another node's word that what that node relayed is in the log, before it stores it itself.</summary>
    public TimeSpan AdoptAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an edit hangs on something missing before its author is asked for that, and asked again.</summary>
    public TimeSpan AskAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a room that has a later commit waits for word of an earlier one before it reads the log.</summary>
    public TimeSpan GapHoldBack { get; init; } = TimeSpan.FromMilliseconds(100);
}
