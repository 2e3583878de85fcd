using System.Text.Json;
using CollabHub.Domain.Audit;
using CollabHub.Hubs.Options;

namespace CollabHub.Hubs.Operations;

/// <summary>
/// Appends the ends of the audit chains to a file, at the start and then every hour: whoever can rewrite the tables, hashes included, cannot
/// rewrite a file that is kept elsewhere. docs/operations.md, Audit log.
/// </summary>
public sealed partial class AuditHeadCopies(IServiceScopeFactory scopes, OpsOptions options, TimeProvider time, ILogger<AuditHeadCopies> log) : BackgroundService
{
    private const int Page = 1_000;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web);

    // The last row written of each chain; a start writes all of them again.
    private readonly Dictionary<Guid, long> _copied = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                var lines = await CopyAsync(stoppingToken);
                if (lines > 0) Copied(log, lines);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                NotCopied(log, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<int> CopyAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var trail = scope.ServiceProvider.GetRequiredService<IAuditTrail>();
        await using var file = new FileStream(options.AuditHeadsFile!, FileMode.Append, FileAccess.Write, FileShare.Read);
        var written = new Dictionary<Guid, long>();
        Guid? after = null;
        IReadOnlyList<AuditChainEnd> page;
        do
        {
            page = await trail.EndsAsync(after, Page, ct);
            foreach (var end in page)
            {
                after = end.Chain;
                if (_copied.TryGetValue(end.Chain, out var last) && last == end.Head.LastId) continue;
                var line = new AuditHeadLine(time.GetUtcNow(), end.Chain == Guid.Empty ? null : end.Chain, end.Head.LastId, end.Head.Rows, end.Head.Hash);
                await JsonSerializer.SerializeAsync(file, line, Names, ct);
                file.WriteByte((byte)'\n');
                written[end.Chain] = end.Head.LastId;
            }
        }
        while (page.Count == Page);
        await file.FlushAsync(ct);
        file.Flush(flushToDisk: true);
        foreach (var (chain, id) in written) _copied[chain] = id;
        return written.Count;
    }

    [LoggerMessage(1, LogLevel.Information, "The ends of {Count} audit chains were copied.", EventName = "AuditHeadsCopied")]
    private static partial void Copied(ILogger logger, int count);

    [LoggerMessage(2, LogLevel.Error, "The ends of the audit chains could not be copied; it is tried again in an hour.", EventName = "AuditHeadsNotCopied")]
    private static partial void NotCopied(ILogger logger, Exception exception);
}

/// <summary>A line of the file: at that time row <c>logId</c> was the last one of <c>rows</c>, with this hash. <c>workspaceId</c> is null for account events.</summary>
public sealed record AuditHeadLine(DateTimeOffset At, Guid? WorkspaceId, long LogId, long Rows, string Hash);
