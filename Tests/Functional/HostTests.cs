using System.Net;

namespace CollabHub.Tests.Functional;

public class HostTests
{
    [Fact]
    public async Task A_started_server_is_live_and_names_its_dependencies_as_ready()
    {
        await using var hub = TestHub.Start();
        using var http = hub.Anonymous;
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("healthz/live")).StatusCode);
        var ready = await (await http.GetAsync("healthz/ready")).OkAsync();
        Assert.Equal("healthy", ready.GetProperty("checks").GetProperty("database").GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_restart_keeps_directory_and_port()
    {
        await using var hub = TestHub.Start();
        var before = hub.BaseAddress;
        await hub.RestartAsync();
        Assert.Equal(before, hub.BaseAddress);
        using var http = hub.Anonymous;
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("healthz/ready")).StatusCode);
    }
}
