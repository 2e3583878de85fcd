using System.Reflection;
using System.Runtime.CompilerServices;
using CollabHub.Domain.Editing;
using CollabHub.Persistence.Relational;
using Microsoft.AspNetCore.SignalR;

namespace CollabHub.Hubs.Realtime;

/// <summary>
/// What goes wrong in hub methods and in their streams. A refusal is an answer; a store that does not answer is <c>store_unavailable</c> to callers, who may
/// try again; anything else is a defect: one line in the log, and <c>internal</c> to the caller. What SignalR would log of them is silenced in QuietLogs.
/// </summary>
internal sealed partial class HubFailures(IRelationalDatabase database, ILogger<HubFailures> logger) : IHubFilter
{
    private static readonly MethodInfo Follow = typeof(HubFailures).GetMethod(nameof(FollowAsync), BindingFlags.Instance | BindingFlags.NonPublic)!;

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            var result = await next(invocationContext);
            return ItemOf(invocationContext.HubMethod.ReturnType) is { } item
                ? Follow.MakeGenericMethod(item).Invoke(this, [invocationContext, result, CancellationToken.None])
                : result;
        }
        catch (Exception exception) when (!IsOver(exception, invocationContext.Context.ConnectionAborted))
        {
            throw Told(invocationContext, exception);
        }
    }

    /// <summary>A stream runs behind every filter: its failures show when it is read.</summary>
    private async IAsyncEnumerable<T> FollowAsync<T>(HubInvocationContext call, IAsyncEnumerable<T> stream, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var items = stream.GetAsyncEnumerator(ct);
        while (await MoveAsync(call, items, ct)) yield return items.Current;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> MoveAsync<T>(HubInvocationContext call, IAsyncEnumerator<T> items, CancellationToken ct)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (Exception exception) when (!IsOver(exception, ct))
        {
            throw Told(call, exception);
        }
    }

    private HubException Told(HubInvocationContext call, Exception exception)
    {
        var (hub, method) = (call.Hub.GetType().Name, call.HubMethod.Name);
        if (exception is not HubException && !database.IsUnavailable(exception))
        {
            LogDefect(exception, hub, method);
            return HubErrors.Internal;
        }
        var refused = exception as HubException ?? EditErrors.StoreUnavailable.ToHubException();
        LogRefused(hub, method, refused.Message);
        return refused;
    }

    private static bool IsOver(Exception exception, CancellationToken over) => exception is OperationCanceledException && over.IsCancellationRequested;

    private static Type? ItemOf(Type answer) =>
        answer.IsGenericType && answer.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>) ? answer.GenericTypeArguments[0] : null;

    [LoggerMessage(1, LogLevel.Error, "{Hub}.{Method} failed.", EventName = "HubMethodFailed")]
    private partial void LogDefect(Exception exception, string hub, string method);

    [LoggerMessage(2, LogLevel.Debug, "{Hub}.{Method} was refused: {Code}", EventName = "HubMethodRefused")]
    private partial void LogRefused(string hub, string method, string code);
}
