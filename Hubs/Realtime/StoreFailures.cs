using CollabHub.Domain.Editing;
using CollabHub.Persistence.Relational;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>A store that does not answer is <c>store_unavailable</c> to hub callers, who may try again, and no defect.</summary>
internal sealed class StoreFailures(IRelationalDatabase database) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            return await next(invocationContext);
        }
        catch (Exception exception) when (database.IsUnavailable(exception))
        {
            throw EditErrors.StoreUnavailable.ToHubException();
        }
    }
}
