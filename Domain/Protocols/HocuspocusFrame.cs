namespace CollabHub.Domain.Protocols;

/// <summary>What a Hocuspocus frame is.</summary>
public enum HocuspocusKind
{
    /// <summary>A sync message.</summary>
    Sync,
    /// <summary>A sync message that must not be answered with a step 1; between servers only.</summary>
    SyncReply,
    /// <summary>An awareness update.</summary>
    Awareness,
    /// <summary>Client: the token for this address, or a fresh one.</summary>
    Token,
    /// <summary>Server: send a fresh token.</summary>
    TokenRequest,
    /// <summary>Server: the token is refused; the socket stays open.</summary>
    PermissionDenied,
    /// <summary>Server: the token is good; the text is <c>read-write</c> or <c>readonly</c>.</summary>
    Authenticated,
    /// <summary>Asks for all present awareness states.</summary>
    QueryAwareness,
    /// <summary>An application's own text.</summary>
    Stateless,
    /// <summary>An application's own text for every client; between servers only.</summary>
    BroadcastStateless,
    /// <summary>Client: done with this document. Server: the document is closed, with a reason.</summary>
    Close,
    /// <summary>Server: whether one step 2 or update is saved.</summary>
    SyncStatus,
    /// <summary>Server: are you there? One byte without an address.</summary>
    Ping,
    /// <summary>Client: I am. One byte without an address.</summary>
    Pong,
    /// <summary>Of a type that this server does not know; to be ignored.</summary>
    Unknown,
}

/// <summary>One frame of the Hocuspocus framing; several documents share a socket. docs/format.md, Hocuspocus frames.</summary>
/// <param name="Kind">What it is; decides which of the other members is set.</param>
/// <param name="Address">Document name, or document name, NUL, session id; replies repeat it. Empty for ping and pong.</param>
public sealed record HocuspocusFrame(HocuspocusKind Kind, string Address = "")
{
    /// <summary>The message of <see cref="HocuspocusKind.Sync"/> and <see cref="HocuspocusKind.SyncReply"/>.</summary>
    public SyncMessage Sync { get; init; }

    /// <summary>The awareness update, not looked into; a part of the bytes that were decoded.</summary>
    public ReadOnlyMemory<byte> Awareness { get; init; }

    /// <summary>Token, reason, scope or application text; null in a close without a reason.</summary>
    public string? Text { get; init; }

    /// <summary>Version of the provider beside its token; null from old ones.</summary>
    public string? ProviderVersion { get; init; }

    /// <summary>The content of a <see cref="HocuspocusKind.SyncStatus"/>.</summary>
    public bool Saved { get; init; }

    /// <summary>The document name in <see cref="Address"/>.</summary>
    public string Document => Address.Split('\0', 2)[0];

    /// <summary>Whether clients may send this; the rest comes from servers only and is refused.</summary>
    public bool MayComeFromClient => Kind is HocuspocusKind.Sync or HocuspocusKind.Awareness or HocuspocusKind.Token
        or HocuspocusKind.QueryAwareness or HocuspocusKind.Stateless or HocuspocusKind.Close or HocuspocusKind.Pong or HocuspocusKind.Unknown;
}
