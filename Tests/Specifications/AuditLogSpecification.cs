using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;

namespace CollabHub.Tests.Specifications;

/// <summary>What every audit log does.</summary>
public abstract class AuditLogSpecification : RelationalSpecification
{
    private static readonly WorkspaceId Workspace = new(Guid.Parse("018f0000-0000-7000-8000-000000000001"));
    private static readonly WorkspaceId Other = new(Guid.Parse("018f0000-0000-7000-8000-000000000002"));

    protected abstract IAuditLog CreateLog(Scope scope);

    [Fact]
    public async Task A_row_outside_a_transaction_is_refused()
    {
        await using var scope = NewScope();
        await Assert.ThrowsAsync<InvalidOperationException>(() => CreateLog(scope).AppendAsync(Entry(Workspace, "x"), default));
    }

    [Fact]
    public async Task A_row_of_a_transaction_that_was_rolled_back_is_no_link_of_the_chain()
    {
        await using var scope = NewScope();
        await AppendAsync(scope, Entry(Workspace, "first"));
        await ((Domain.Storage.IUnitOfWork)scope.Db).RunAsync(
            async ct =>
            {
                await CreateLog(scope).AppendAsync(Entry(Workspace, "undone"), ct);
                return false;
            },
            commit: done => done,
            default);
        await AppendAsync(scope, Entry(Workspace, "second"));
        Assert.Equal(["first", "second"], (await ChainAsync(scope, Workspace)).Select(row => row.Action));
    }

    [Fact]
    public async Task Each_workspace_and_the_rows_without_one_are_chains_of_their_own()
    {
        await using var scope = NewScope();
        foreach (var n in Enumerable.Range(0, 3))
        {
            foreach (WorkspaceId? workspace in new WorkspaceId?[] { Workspace, Other, null }) await AppendAsync(scope, Entry(workspace, $"step.{n}"));
        }
        foreach (WorkspaceId? workspace in new WorkspaceId?[] { Workspace, Other, null })
        {
            Assert.Equal(["step.0", "step.1", "step.2"], (await ChainAsync(scope, workspace)).Select(row => row.Action));
        }
    }

    [Fact]
    public async Task Rows_written_at_once_form_one_chain()
    {
        await using var first = NewScope();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async n =>
        {
            await using var scope = NewScope();
            await AppendAsync(scope, Entry(Workspace, $"at.once.{n}"));
        }));
        Assert.Equal(40, (await ChainAsync(first, Workspace)).Count);
    }

    [Fact]
    public async Task What_is_stored_is_on_one_line_and_bounded()
    {
        await using var scope = NewScope();
        var entry = Entry(Workspace, "x") with
        {
            ResourceId = new string('r', 1_000) + "\n",
            NewValue = new Dictionary<string, object?> { ["name"] = "a\r\nb", ["long"] = new string('x', 100_000) },
            Origin = new CallOrigin("::1", "agent\u001b[31m"),
        };
        await AppendAsync(scope, entry);
        var row = Assert.Single(await ChainAsync(scope, Workspace));
        Assert.Equal(255, row.ResourceId.Length);
        Assert.True(row.NewValue!.Length <= AuditChain.MaxValueBytes);
        Assert.DoesNotContain(row.UserAgent!, char.IsControl);
    }

    private Task<bool> AppendAsync(Scope scope, AuditEntry entry) => WriteAsync(scope, async ct =>
    {
        await CreateLog(scope).AppendAsync(entry, ct);
        return true;
    });

    private static async Task<IReadOnlyList<Row>> ChainAsync(Scope scope, WorkspaceId? workspace)
    {
        var rows = await scope.Db.QueryAsync<Row>(
            "select * from audit_logs where ws_id is not distinct from @workspace order by log_id", new { workspace = workspace?.Value }, default);
        var previous = AuditChain.Start;
        foreach (var row in rows)
        {
            Assert.Equal(previous, row.PrevHash);
            previous = AuditChain.HashOf(previous, row.Record);
            Assert.Equal(previous, row.Hash);
        }
        return rows;
    }

    private static AuditEntry Entry(WorkspaceId? workspace, string action) =>
        new(workspace, new UserId(Guid.CreateVersion7()), action, "thing", "id", null, new Dictionary<string, object?> { ["a"] = 1 }, new CallOrigin("::1", "agent"));

    private sealed class Row
    {
        public Guid? WsId { get; init; }
        public Guid? UserId { get; init; }
        public string Action { get; init; } = "";
        public string ResourceType { get; init; } = "";
        public string ResourceId { get; init; } = "";
        public string? OldValue { get; init; }
        public string? NewValue { get; init; }
        public string? IpAddress { get; init; }
        public string? UserAgent { get; init; }
        public DateTimeOffset Timestamp { get; init; }
        public string PrevHash { get; init; } = "";
        public string Hash { get; init; } = "";

        public AuditRecord Record => new(WsId, UserId, Action, ResourceType, ResourceId, OldValue, NewValue, IpAddress, UserAgent, Timestamp);
    }
}
