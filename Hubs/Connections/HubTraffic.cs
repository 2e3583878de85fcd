using System.Buffers;
using System.IO.Pipelines;
using CollabHub.Domain.Editing;
using CollabHub.Hubs.Options;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Connections;

namespace CollabHub.Hubs.Connections;

/// <summary>
/// Meters what a hub connection sends before SignalR looks at it (pings, unknown methods and empty invocations never reach a hub filter), and
/// bounds what waits for it.
/// </summary>
internal static class HubTraffic
{
    public static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var http = connection.GetHttpContext()!;
        var pass = http.Pass();
        pass.ShareMeter();
        var transport = connection.Transport;
        var output = new HubOutput(transport.Output, http.RequestServices.GetRequiredService<LimitsOptions>().QueueBytes, () => Cut(connection, http));
        connection.Features.Set(output);
        connection.Transport = new Duplex(new MeteredReader(transport.Input, connection, pass), output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    /// <summary>It reads nothing, so there is nothing to tell it: the line is reset. Not by the writer, who has others to write to.</summary>
    private static void Cut(ConnectionContext connection, HttpContext http) => ThreadPool.QueueUserWorkItem(
        static state =>
        {
            state.http.RequestServices.GetRequiredService<RoomDirectory>().Meter.SlowReader();
            state.connection.Abort(new ConnectionAbortedException("slow.reader"));
            state.http.Abort();
        },
        (connection, http),
        preferLocal: false);

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class MeteredReader(PipeReader inner, ConnectionContext connection, ConnectionPass pass) : PipeReader
    {
        private readonly HubFrameCounter _counter = new();
        private ReadOnlySequence<byte> _last;

        // How much of what was not consumed yet has been counted.
        private long _counted;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            var result = await inner.ReadAsync(cancellationToken);
            _last = result.Buffer;
            var bytes = _last.Length - _counted;
            var messages = _counter.Count(_last.Slice(_counted));
            _counted = _last.Length;
            if (bytes > 0 && !await IsWithinRateAsync(messages, bytes)) connection.End(HubEnd.RateLimited);
            return result;
        }

        private async ValueTask<bool> IsWithinRateAsync(int messages, long bytes)
        {
            try
            {
                return await pass.CountAsync(messages, bytes, connection.ConnectionClosed);
            }
            catch (OperationCanceledException)
            {
                // The connection is over; what came before is still looked at.
                return true;
            }
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            _counted -= _last.Slice(0, consumed).Length;
            inner.AdvanceTo(consumed, examined);
        }

        // SignalR reads asynchronously; what is there at once is metered like the rest.
        public override bool TryRead(out ReadResult result)
        {
            result = default;
            return false;
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
