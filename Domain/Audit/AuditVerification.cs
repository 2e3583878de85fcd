namespace CollabHub.Domain.Audit;

/// <summary>What recomputing a chain found.</summary>
/// <param name="Rows">Rows that were read.</param>
/// <param name="FirstBroken">The number of the first row that does not fit; null when all do.</param>
public sealed record AuditVerdict(long Rows, long? FirstBroken)
{
    /// <summary>Whether every row fits.</summary>
    public bool Ok => FirstBroken is null;
}

/// <summary>Recomputes the hash chain of a workspace in stretches; holds a thousand rows at a time, however long the chain is.</summary>
public sealed class AuditVerification(IAuditTrail trail)
{
    private const int Stretch = 1_000;

    /// <summary>Walks the chain to its end.</summary>
    /// <returns>
    /// The first row that does not fit: the one that was edited, moved or inserted; the one behind the gap when rows were removed; the
    /// last one that ever was when the end is missing.
    /// </returns>
    public async Task<AuditVerdict> RunAsync(WorkspaceId workspace, CancellationToken ct)
    {
        var (hash, last, rows) = (AuditChain.Start, 0L, 0L);
        while (true)
        {
            var stretch = await trail.ChainAsync(workspace, last, Stretch, ct);
            foreach (var row in stretch)
            {
                rows++;
                if (row.PreviousHash != hash || row.Hash != AuditChain.HashOf(hash, row.Record)) return new AuditVerdict(rows, row.Id);
                (hash, last) = (row.Hash, row.Id);
            }
            // Read behind the rows: what the head names and the rows lack was either written meanwhile or taken away.
            if (stretch.Count == Stretch) continue;
            var head = await trail.HeadAsync(workspace, ct);
            if (head?.LastId > last && (await trail.ChainAsync(workspace, last, 1, ct)).Count > 0) continue;
            return Judge(head, rows, last, hash, await BeyondAsync(workspace, head, last, ct));
        }
    }

    private static AuditVerdict Judge(AuditHead? head, long rows, long last, string hash, long? beyond)
    {
        if (beyond is not null) return new AuditVerdict(rows, beyond);
        if (head is null) return new AuditVerdict(rows, null);
        return head.LastId == last && head.Rows == rows && head.Hash == hash ? new AuditVerdict(rows, null) : new AuditVerdict(rows, head.LastId);
    }

    // A row behind the head was not written by the log, even if its hash is right.
    private async Task<long?> BeyondAsync(WorkspaceId workspace, AuditHead? head, long last, CancellationToken ct) =>
        last <= (head?.LastId ?? 0) ? null : (await trail.ChainAsync(workspace, head?.LastId ?? 0, 1, ct))[0].Id;
}
