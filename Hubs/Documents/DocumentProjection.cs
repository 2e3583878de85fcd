using CollabHub.Domain;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Workspaces.Documents;
using CollabHub.Hubs.Mail;
using CollabHub.Persistence.Relational;

namespace CollabHub.Hubs.Documents;

/// <summary>
/// Keeps the promises of the outbox: settles the document of every workspace that changed. Several nodes may do the same work at once.
/// While the document store is away nothing is given up and nothing put off: the first look after its return goes through.
/// </summary>
public sealed partial class DocumentProjection(IServiceScopeFactory scopes, DocumentLag lag, TimeProvider clock, ILogger<DocumentProjection> log) : BackgroundService
{
    private const string Kind = "document";
    private const int Batch = 500;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        do
        {
            await DrainAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task DrainAsync(CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var outbox = scope.ServiceProvider.GetRequiredService<Outbox>();
            var settling = scope.ServiceProvider.GetRequiredService<SettlingDocuments>();
            while (await outbox.DueAsync(Kind, Batch, ct) is { Count: > 0 } due && await SettleAsync(outbox, settling, due, ct))
            {
                // Whatever became due meanwhile.
            }
            var (waiting, oldest) = await outbox.WaitingAsync(Kind, ct);
            lag.Note(waiting, oldest);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException && !ct.IsCancellationRequested)
        {
            OutboxUnreadable(log, exception);
        }
    }

    /// <summary>Each workspace once, however often it changed. False when the store does not answer.</summary>
    private async Task<bool> SettleAsync(Outbox outbox, SettlingDocuments settling, IReadOnlyList<OutboxEntry> due, CancellationToken ct)
    {
        foreach (var workspace in due.GroupBy(entry => entry.Payload))
        {
            try
            {
                // The entries were read before the state, so that what they promise is in it.
                var settled = await settling.SettleAsync(new WorkspaceId(Guid.ParseExact(workspace.Key, "D")), ct);
                if (settled.Error is { Kind: ErrorKind.Unavailable }) return false;
                await outbox.DoneAsync([.. workspace.Select(entry => entry.OutboxId)], ct);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException && !ct.IsCancellationRequested)
            {
                // One document that cannot be written must not keep the others waiting.
                NotSettled(log, workspace.Key, exception);
                foreach (var entry in workspace)
                {
                    await outbox.PostponeAsync(entry.OutboxId, clock.GetUtcNow() + MailBackoff.After(entry.Attempts + 1, 1), exception.GetType().Name, ct);
                }
            }
        }
        return true;
    }

    [LoggerMessage(1, LogLevel.Error, "The document of workspace {Workspace} could not be settled; it is tried again.", EventName = "DocumentNotSettled")]
    private static partial void NotSettled(ILogger logger, string workspace, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "The outbox cannot be read; documents wait.", EventName = "OutboxUnreadable")]
    private static partial void OutboxUnreadable(ILogger logger, Exception exception);
}
