using System.Net;
using CollabHub.Deploy;
using CollabHub.Domain;

namespace CollabHub.Tests.Unit.Deployments;

public class NetworkPoolTests
{
    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("10.201.0.0/25")]
    [InlineData("fd00::/16")]
    [InlineData("anything")]
    public void What_is_no_pool_is_refused(string text) => Assert.Null(NetworkPool.Parse(text));

    [Fact]
    public void A_deployment_begins_at_its_own_piece_and_comes_to_every_other_one()
    {
        var pool = NetworkPool.Parse("10.201.4.0/24")!;
        var id = new DeploymentId(Guid.NewGuid());
        Assert.Equal(pool.PieceFor(id, 0), pool.PieceFor(id, 0));
        var pieces = Enumerable.Range(0, pool.Pieces).Select(attempt => pool.PieceFor(id, attempt)).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(Enumerable.Range(0, 16).Select(i => $"10.201.4.{i * 16}/28").Order(StringComparer.Ordinal), pieces);
    }

    [Theory]
    [InlineData("10.201.4.2", true)]
    [InlineData("10.201.4.14", true)]
    [InlineData("10.201.4.0", false)]
    [InlineData("10.201.4.1", false)]
    [InlineData("10.201.4.15", false)]
    [InlineData("10.201.5.2", false)]
    [InlineData("10.201.3.254", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    public void Only_places_of_containers_are_targets(string address, bool isTarget) =>
        Assert.Equal(isTarget, NetworkPool.Parse("10.201.4.0/24")!.Contains(IPAddress.Parse(address)));
}
