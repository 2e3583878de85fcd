using CollabHub.Domain.Audit;
using CollabHub.Domain.Errors;
using CollabHub.Hubs.Auth;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>Refused calls of hub methods leave a row in the audit log, as refused requests do. Streams refuse when they are read, behind every filter.</summary>
public sealed class DeniedCalls(IServiceScopeFactory scopes)
{
    /// <summary>Records a call that was refused because of who asked; answers the error to throw, whatever it was refused for.</summary>
    /// <param name="context">The connection.</param>
    /// <param name="error">Why.</param>
    /// <param name="attempt">What was asked.</param>
    public async Task<HubException> RefuseAsync(HubCallerContext context, CollabError error, DeniedAttempt attempt)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(error);
        if (error.Kind != ErrorKind.Forbidden) return error.ToHubException();
        await using var scope = scopes.CreateAsyncScope();
        // Not cancellable: who hangs up is recorded all the same.
        await scope.ServiceProvider.GetRequiredService<DeniedAttempts>().RecordAsync(context.Call(), attempt, CancellationToken.None);
        return error.ToHubException();
    }
}
