using System.Runtime.CompilerServices;

namespace CollabHub.Tests.Functional;

/// <summary>A program may start and stop several servers, as these tests do: one that ended costs nothing any more.</summary>
public sealed class HostLifetimeTests
{
    private const int Servers = 3;

    [Fact]
    public async Task A_server_that_stopped_leaves_nothing_in_memory()
    {
        // What starts once in a process, such as the sweep of SQLite's pools, remembers the server that was the first.
        await StartAndStopAsync();
        var containers = new List<WeakReference>();
        for (var i = 0; i < Servers; i++) containers.Add(await StartAndStopAsync());
        await Eventually.TrueAsync(() =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return !containers.Any(container => container.IsAlive);
        });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> StartAndStopAsync()
    {
        await using var hub = TestHub.Start();
        await hub.RegisterAsync("ada");
        return new WeakReference(hub.Services);
    }
}
