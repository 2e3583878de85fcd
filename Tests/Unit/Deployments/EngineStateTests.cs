using CollabHub.Deploy;
using Docker.DotNet.Models;

namespace CollabHub.Tests.Unit.Deployments;

public class EngineStateTests
{
    [Theory]
    [InlineData("20.10.24+dfsg1", "1.1.4+ds1", "", null, 3)]
    [InlineData("29.3.0", "1.3.3", "name=userns", null, 1)]
    [InlineData("29.3.1", "1.2.7", "name=rootless", null, 1)]
    [InlineData("29.3.1", "1.2.8", "name=userns", null, 0)]
    [InlineData("30.0.0", "1.4.0-rc.1", "name=seccomp,profile=default", "runsc", 0)]
    [InlineData("29.3.1", "1.3.2", "name=userns", null, 1)]
    [InlineData(null, null, "name=rootless", null, 0)]
    public void What_is_older_than_the_floors_or_lets_root_be_root_is_a_concern(string? engine, string? runc, string option, string? ociRuntime, int concerns)
    {
        var version = new VersionResponse { Components = [.. Component("Engine", engine), .. Component("runc", runc)] };
        Assert.Equal(concerns, EngineState.From(version, new SystemInfoResponse { SecurityOptions = [option] }, ociRuntime).Concerns.Count);
    }

    [Theory]
    [InlineData("20.10.24+dfsg1", "20.10.24")]
    [InlineData("1.2.8-rc.1", "1.2.8")]
    [InlineData("unknown", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Versions_are_read_from_their_beginning(string? text, string? version) => Assert.Equal(version, EngineState.Parse(text)?.ToString());

    private static IEnumerable<ComponentVersion> Component(string name, string? version) => version is null ? [] : [new ComponentVersion { Name = name, Version = version }];
}
