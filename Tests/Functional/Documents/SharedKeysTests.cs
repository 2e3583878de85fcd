using CollabHub.Domain;
using CollabHub.Domain.Workspaces.Documents;
using CollabHub.Tests.Functional.Teams;
using CollabHub.Tests.Specifications.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional.Documents;

/// <summary>Nodes on one Postgres share the server's keys.</summary>
public class SharedKeysTests
{
    [Fact]
    public async Task A_secret_that_one_node_sealed_is_opened_by_another_with_a_data_directory_of_its_own()
    {
        var postgres = ("ConnectionStrings:Postgres", PostgresServer.Shared.NewDatabase());
        await using var first = TeamHub.Start(postgres);
        var ada = await first.Hub.RegisterAsync("ada");
        var workspace = await TeamHub.WorkspaceAsync(ada);
        await (await DocumentTests.PatchAsync(ada, workspace, """{"environment":{"KEY":{"value":"of the first node","secret":true}}}""")).OkAsync();
        await using var second = TeamHub.Start(postgres);
        await using var scope = second.Hub.Services.CreateAsyncScope();
        var read = await scope.ServiceProvider.GetRequiredService<EnvironmentReader>().ReadAsync(new WorkspaceId(workspace), default);
        Assert.Equal("of the first node", read.Value["KEY"]);
        Assert.Single(await second.QueryAsync<string>("select key_name from data_protection_keys"));
        Assert.False(Directory.Exists(Path.Combine(second.Hub.DataDirectory, "keys")), "Keys belong to the database.");
    }
}
