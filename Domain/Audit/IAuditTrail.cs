namespace CollabHub.Domain.Audit;

/// <summary>One row as it is stored.</summary>
/// <param name="Id">Ascending along a chain; not without gaps.</param>
/// <param name="Record">What the hash covers.</param>
/// <param name="PreviousHash">The hash of the row before, or <see cref="AuditChain.Start"/>.</param>
/// <param name="Hash">The row's own hash, as stored.</param>
public sealed record AuditRow(long Id, AuditRecord Record, string PreviousHash, string Hash)
{
    /// <summary>Its place in the lists.</summary>
    public AuditPlace Place => new(Record.Timestamp, Id);
}

/// <summary>Which rows of a workspace are wanted; null means any.</summary>
/// <param name="Action">Exactly this action.</param>
/// <param name="User">Done by this person.</param>
/// <param name="From">At this time or later.</param>
/// <param name="To">Before this time.</param>
public sealed record AuditFilter(string? Action = null, UserId? User = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>A row's place in lists: by time, then by number.</summary>
public readonly record struct AuditPlace(DateTimeOffset At, long Id)
{
    /// <summary>Ticks and number, as cursors carry them.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{At.UtcTicks} {Id}");

    /// <summary>Reads what <see cref="ToString"/> wrote; throws on anything else, since cursors are sealed by the server.</summary>
    public static AuditPlace Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(' ');
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        return new AuditPlace(new DateTimeOffset(long.Parse(parts[0], culture), TimeSpan.Zero), long.Parse(parts[1], culture));
    }
}

/// <summary>The last link of a chain, kept apart from the rows.</summary>
/// <param name="LastId">The number of the last row.</param>
/// <param name="Rows">How many there are.</param>
/// <param name="Hash">The hash of the last row.</param>
public sealed record AuditHead(long LastId, long Rows, string Hash);

/// <summary>A chain and its last link.</summary>
/// <param name="Chain">The workspace; all zeros for account events.</param>
/// <param name="Head">The last link.</param>
public sealed record AuditChainEnd(Guid Chain, AuditHead Head);

/// <summary>Reads the audit log of workspaces, in stretches: each is a statement of its own, and rows that stand are never changed.</summary>
public interface IAuditTrail
{
    /// <summary>Rows with the newest first, behind a place.</summary>
    Task<IReadOnlyList<AuditRow>> ListAsync(WorkspaceId workspace, AuditFilter filter, AuditPlace? after, int take, CancellationToken ct);

    /// <summary>Rows in the order of the chain, with numbers above <paramref name="after"/>.</summary>
    Task<IReadOnlyList<AuditRow>> ChainAsync(WorkspaceId workspace, long after, int take, CancellationToken ct);

    /// <summary>The end of the chain; null while it has no rows.</summary>
    Task<AuditHead?> HeadAsync(WorkspaceId workspace, CancellationToken ct);

    /// <summary>The ends of all chains, in the order of their keys, behind a key.</summary>
    Task<IReadOnlyList<AuditChainEnd>> EndsAsync(Guid? after, int take, CancellationToken ct);

    /// <summary>When the person last did that in the workspace; null for never.</summary>
    Task<DateTimeOffset?> LastAsync(WorkspaceId workspace, string action, UserId user, CancellationToken ct);
}
