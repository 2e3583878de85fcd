using System.Text.Json;
using CollabHub.Hubs.Operations;
using CollabHub.Hubs.Options;
using CollabHub.Tests.Functional.Teams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Functional;

/// <summary>The ends of the audit chains, kept in a file that the database cannot rewrite.</summary>
public sealed class AuditHeadCopiesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("collabhub-heads-");

    private string Copies => Path.Combine(_folder.FullName, "heads.ndjson");

    [Fact]
    public async Task Every_chain_that_has_grown_gets_a_line_every_hour_and_no_other()
    {
        await using var hub = TeamHub.Start();
        var ada = await hub.Hub.RegisterAsync("ada");
        var one = await TeamHub.WorkspaceAsync(ada);
        var other = await TeamHub.WorkspaceAsync(ada);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var copies = new AuditHeadCopies(
            hub.Hub.Services.GetRequiredService<IServiceScopeFactory>(), new OpsOptions { AuditHeadsFile = Copies }, clock, NullLogger<AuditHeadCopies>.Instance);
        await copies.StartAsync(default);
        var first = await LinesAsync(3);
        Assert.Equal(new Guid?[] { null, one, other }.Order(), first.Select(line => line.Workspace).Order());

        await (await ada.PatchAsync($"api/workspaces/{one}", new { name = "Renamed" })).OkAsync();
        clock.Advance(TimeSpan.FromHours(1));
        var lines = await LinesAsync(4);
        Assert.Equal((one, 2), (lines[3].Workspace, lines[3].Rows));
        Assert.True(lines[3].Id > first.Max(line => line.Id));
        foreach (var line in lines)
        {
            Assert.Equal(line.Hash, (await hub.QueryAsync<string>("select hash from audit_logs where log_id = @Id", new { line.Id })).Single());
        }
        await copies.StopAsync(default);
    }

    [Fact]
    public async Task A_server_that_is_told_where_begins_when_it_starts()
    {
        await using var hub = TestHub.Start(("Ops:AuditHeadsFile", Copies));
        await Eventually.TrueAsync(() => File.Exists(Copies));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<List<(Guid? Workspace, long Id, long Rows, string Hash)>> LinesAsync(int count)
    {
        List<string> lines = [];
        await Eventually.TrueAsync(() =>
        {
            lines = File.Exists(Copies) ? [.. ReadShared().Split('\n', StringSplitOptions.RemoveEmptyEntries)] : [];
            return lines.Count >= count;
        });
        return [.. lines.Select(line => JsonElement.Parse(line)).Select(line => (
            line.GetProperty("workspaceId").ValueKind == JsonValueKind.Null ? (Guid?)null : line.GetProperty("workspaceId").GetGuid(),
            line.GetProperty("logId").GetInt64(), line.GetProperty("rows").GetInt64(), line.GetProperty("hash").GetString()!))];
    }

    private string ReadShared()
    {
        using var reader = new StreamReader(new FileStream(Copies, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
