using System.Globalization;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Audit;
using CollabHub.Domain.Storage;
using CollabHub.Persistence.Relational;
using CollabHub.Tests.Functional.Clients;

namespace CollabHub.Tests.Specifications;

/// <summary>
/// What every audit trail answers, and what the verification of its chain notices. 100,000 rows with COLLABHUB_LONG set, else 2,500.
/// </summary>
public abstract class AuditTrailSpecification : RelationalSpecification
{
    private static readonly WorkspaceId Workspace = new(Guid.Parse("018f0000-0000-7000-8000-000000000001"));
    private static readonly WorkspaceId Other = new(Guid.Parse("018f0000-0000-7000-8000-000000000002"));
    private static readonly UserId Ada = new(Guid.Parse("018f0000-0000-7000-8000-00000000000a"));
    private static readonly UserId Bob = new(Guid.Parse("018f0000-0000-7000-8000-00000000000b"));

    private static int Many => NodeRig.IsLong ? 100_000 : 2_500;

    /// <summary>Statements that take the table's guards away, as someone with the rights of its owner could.</summary>
    protected abstract IReadOnlyList<string> DisarmSql { get; }

    [Fact]
    public async Task Rows_are_listed_newest_first_by_every_filter_and_in_pages()
    {
        await using var scope = NewScope();
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        var log = new AuditLog(scope.Db, clock);
        foreach (var n in Enumerable.Range(0, 12))
        {
            await AppendAsync(scope, log, Entry(Workspace, n % 2 == 0 ? Ada : Bob, n % 3 == 0 ? "file.create" : "file.delete", n.ToString(CultureInfo.InvariantCulture)));
            await AppendAsync(scope, log, Entry(Other, Ada, "file.create", "elsewhere"));
            if (n % 4 != 0) clock.Advance(TimeSpan.FromMinutes(1));
        }
        var trail = new AuditTrail(scope.Db);
        var everything = await ListAsync(trail, new AuditFilter());
        Assert.Equal(Enumerable.Range(0, 12).Reverse().Select(n => n.ToString(CultureInfo.InvariantCulture)), everything.Select(row => row.Record.ResourceId));
        var from = everything[8].Record.Timestamp;
        var to = everything[3].Record.Timestamp;
        AuditFilter[] filters =
        [
            new(), new("file.create"), new(User: Ada), new("file.delete", Bob), new(From: from), new(To: to), new("file.delete", Ada, from, to), new("no.such"),
        ];
        foreach (var filter in filters)
        {
            var expected = everything.Where(row => (filter.Action is null || row.Record.Action == filter.Action)
                && (filter.User is null || row.Record.User == filter.User.Value.Value)
                && (filter.From is null || row.Record.Timestamp >= filter.From) && (filter.To is null || row.Record.Timestamp < filter.To));
            Assert.Equal(expected.Select(row => row.Id), (await ListAsync(trail, filter)).Select(row => row.Id));
        }
        Assert.Equal(everything.First(row => row.Record is { Action: "file.create" } && row.Record.User == Bob.Value).Record.Timestamp, await trail.LastAsync(Workspace, "file.create", Bob, default));
        Assert.Null(await trail.LastAsync(Workspace, "no.such", Bob, default));
    }

    [Fact]
    public async Task Every_spelling_of_a_number_verifies_after_it_was_stored()
    {
        await using var scope = NewScope();
        var values = new Dictionary<string, object?>
        {
            ["double"] = 1E+16, ["tiny"] = 1.5e-7, ["huge"] = double.MaxValue, ["smallest"] = double.Epsilon, ["zero"] = -0.0, ["decimal"] = 1.500m,
            ["long"] = long.MinValue, ["element"] = System.Text.Json.JsonElement.Parse("[1E+2, -2.50e-3, 1e100000, 0.0, 12345678901234567890123456789]"),
        };
        await AppendAsync(scope, new AuditLog(scope.Db, TimeProvider.System), Entry(Workspace, Ada, "x", "y") with { NewValue = values });
        Assert.Equal(new AuditVerdict(1, null), await VerifyAsync(scope));
    }

    [Fact]
    public async Task The_ends_of_all_chains_are_listed_in_pages()
    {
        await using var scope = NewScope();
        var log = new AuditLog(scope.Db, TimeProvider.System);
        foreach (var workspace in new WorkspaceId?[] { Workspace, null, Other, Workspace }) await AppendAsync(scope, log, Entry(Workspace, Ada, "x", "y") with { Workspace = workspace });
        var trail = new AuditTrail(scope.Db);
        var all = await trail.EndsAsync(null, 10, default);
        Assert.Equal([(Guid.Empty, 1), (Workspace.Value, 2), (Other.Value, 1)], all.Select(end => (end.Chain, end.Head.Rows)));
        Assert.Equal(await trail.HeadAsync(Workspace, default), all[1].Head);
        Assert.Equal(all.Take(2), await trail.EndsAsync(null, 2, default));
        Assert.Equal(all.Skip(2), await trail.EndsAsync(all[1].Chain, 2, default));
    }

    [Fact]
    public async Task An_empty_chain_verifies()
    {
        await using var scope = NewScope();
        Assert.Equal(new AuditVerdict(0, null), await VerifyAsync(scope));
    }

    [Fact]
    public async Task Random_rows_verify_and_every_kind_of_tampering_is_named()
    {
        await using var scope = NewScope();
        var ids = await FillAsync(scope, Many);
        Assert.Equal(new AuditVerdict(Many, null), await VerifyAsync(scope));
        foreach (var sql in DisarmSql) await WriteAsync(scope, ct => scope.Db.ExecuteAsync(sql, null, ct));
        var middle = Many / 2;
        var (one, two) = (ids[middle], ids[middle + 7]);

        Assert.Equal(one, await BrokenByAsync(scope, "update audit_logs set action = action || 'x' where log_id = @one", new { one }));
        Assert.Equal(one, await BrokenByAsync(scope, "update audit_logs set user_id = @bob where log_id = @one", new { one, bob = Guid.NewGuid() }));
        Assert.Equal(one, await BrokenByAsync(scope, "update audit_logs set new_value = null where log_id = @one", new { one }));
        Assert.Equal(one, await BrokenByAsync(scope, "update audit_logs set ip_address = null where log_id = @one", new { one }));
        Assert.Equal(one, await BrokenByAsync(scope, "update audit_logs set timestamp = (select timestamp from audit_logs where log_id = @two) where log_id = @one", new { one, two }));
        Assert.Equal(one, await BrokenByAsync(scope, "update audit_logs set hash = prev_hash where log_id = @one", new { one }));
        Assert.Equal(ids[middle + 1], await BrokenByAsync(scope, "delete from audit_logs where log_id = @one", new { one }));
        Assert.Equal(ids[middle + 1], await BrokenByAsync(scope, "update audit_logs set ws_id = @other where log_id = @one", new { one, other = Other.Value }));
        Assert.Equal(ids[1], await BrokenByAsync(scope, "delete from audit_logs where log_id = @first", new { first = ids[0] }));
        Assert.Equal(ids[^1], await BrokenByAsync(scope, "delete from audit_logs where log_id >= @one", new { one = ids[^3] }));
        Assert.Equal(ids[^1], await BrokenByAsync(scope, "delete from audit_logs where ws_id = @workspace", new { workspace = Workspace.Value }));
        Assert.Equal(one, await BrokenByAsync(scope, SwapSql, new { one, two }));
        Assert.Equal(one, await BrokenByAsync(scope, SwapSql, new { one, two = ids[middle + 1] }));
        Assert.True(await BrokenByAsync(scope, CopySql, new { one, two }) > ids[^1]);
        Assert.Equal(new AuditVerdict(Many, null), await VerifyAsync(scope));
    }

    [Fact]
    public async Task A_row_at_the_end_with_a_good_hash_that_the_log_did_not_write_is_named()
    {
        await using var scope = NewScope();
        await FillAsync(scope, 3);
        var last = (await new AuditTrail(scope.Db).ListAsync(Workspace, new AuditFilter(), null, 1, default))[0];
        var forged = last.Record with { Action = "forged" };
        await InsertAsync(scope, [(forged, last.Hash, AuditChain.HashOf(last.Hash, forged))]);
        var verdict = await VerifyAsync(scope);
        Assert.True(verdict.FirstBroken > last.Id);
        Assert.Equal(4, verdict.Rows);
    }

    [Fact]
    public async Task A_chain_that_grows_while_it_is_verified_is_not_called_broken()
    {
        await using var scope = NewScope();
        await FillAsync(scope, 1_500);
        var trail = new GrowingTrail(new AuditTrail(scope.Db), async () => await AppendAsync(scope, new AuditLog(scope.Db, TimeProvider.System), Entry(Workspace, Ada, "meanwhile", "x")));
        var verdict = await new AuditVerification(trail).RunAsync(Workspace, default);
        Assert.Equal(new AuditVerdict(1_503, null), verdict);
    }

    // Everything but the number changes places; the copies keep the table's order of columns.
    private const string SwapSql = """
        update audit_logs
        set (user_id, action, resource_type, resource_id, old_value, new_value, ip_address, user_agent, timestamp, prev_hash, hash) =
            (select b.user_id, b.action, b.resource_type, b.resource_id, b.old_value, b.new_value, b.ip_address, b.user_agent, b.timestamp, b.prev_hash, b.hash
             from (select * from audit_logs where log_id in (@one, @two)) b where b.log_id <> audit_logs.log_id)
        where log_id in (@one, @two)
        """;

    private const string CopySql = """
        insert into audit_logs (ws_id, user_id, action, resource_type, resource_id, old_value, new_value, ip_address, user_agent, timestamp, prev_hash, hash)
        select ws_id, user_id, action, resource_type, resource_id, old_value, new_value, ip_address, user_agent, timestamp, prev_hash, hash
        from audit_logs where log_id = @one and @two > 0
        """;

    private static async Task<IReadOnlyList<AuditRow>> ListAsync(AuditTrail trail, AuditFilter filter)
    {
        var all = new List<AuditRow>();
        IReadOnlyList<AuditRow> page;
        do all.AddRange(page = await trail.ListAsync(Workspace, filter, all.Count == 0 ? null : all[^1].Place, 5, default));
        while (page.Count == 5);
        return all;
    }

    private static Task<AuditVerdict> VerifyAsync(Scope scope) => new AuditVerification(new AuditTrail(scope.Db)).RunAsync(Workspace, default);

    // Tampers, verifies, and takes it back.
    private static async Task<long?> BrokenByAsync(Scope scope, string sql, object args)
    {
        var verdict = await ((IUnitOfWork)scope.Db).RunAsync(
            async ct =>
            {
                Assert.NotEqual(0, await scope.Db.ExecuteAsync(sql, args, ct));
                return await VerifyAsync(scope);
            },
            commit: _ => false,
            default);
        Assert.False(verdict.Ok);
        return verdict.FirstBroken;
    }

    private static Task<bool> AppendAsync(Scope scope, AuditLog log, AuditEntry entry) => WriteAsync(scope, async ct =>
    {
        await log.AppendAsync(entry, ct);
        return true;
    });

    private static AuditEntry Entry(WorkspaceId workspace, UserId user, string action, string id) =>
        new(workspace, user, action, "file", id, null, new Dictionary<string, object?> { ["a"] = 1 }, new CallOrigin("::1", "agent"));

    // As the log writes them, only faster: the chain is computed here and the head set once.
    private static async Task<IReadOnlyList<long>> FillAsync(Scope scope, int count)
    {
        var random = new Random(4711);
        var previous = AuditChain.Start;
        var rows = new List<(AuditRecord, string, string)>();
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var n = 0; n < count; n++)
        {
            at = at.AddMicroseconds(random.Next(1, 5_000_000));
            var record = new AuditRecord(
                Workspace.Value, random.Next(8) == 0 ? null : Ada.Value, $"thing.verb{random.Next(20)}", "thing", $"id-{n}", random.Next(2) == 0 ? null : Json(random), Json(random),
                random.Next(2) == 0 ? $"192.0.2.{random.Next(256)}" : $"2001:db8::{random.Next(1, 9999):x}", "agent/1", at);
            var hash = AuditChain.HashOf(previous, record);
            rows.Add((record, previous, hash));
            previous = hash;
        }
        return await InsertAsync(scope, rows, previous);
    }

    private static string Json(Random random) => AuditChain.ToJson(new Dictionary<string, object?>
    {
        ["text"] = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => char.ConvertFromUtf32(random.Next(0x20, 0xD7FF)))),
        ["number"] = random.NextDouble() * Math.Pow(10, random.Next(-30, 30)),
        ["flag"] = random.Next(2) == 0,
        ["list"] = new object?[] { random.NextInt64(), null, "x" },
    })!;

    private static Task<IReadOnlyList<long>> InsertAsync(Scope scope, List<(AuditRecord Record, string Previous, string Hash)> rows, string? head = null) => WriteAsync<IReadOnlyList<long>>(scope, async ct =>
    {
        var ids = new List<long>(rows.Count);
        var sql = $"""
            insert into audit_logs (ws_id, user_id, action, resource_type, resource_id, old_value, new_value, ip_address, user_agent, timestamp, prev_hash, hash)
            values (@Workspace, @User, @Action, @ResourceType, @ResourceId, {scope.Db.Database.Json("OldValue")}, {scope.Db.Database.Json("NewValue")},
                    {scope.Db.Database.Address("IpAddress")}, @UserAgent, @Timestamp, @Previous, @Hash)
            returning log_id
            """;
        foreach (var (r, previous, hash) in rows)
        {
            ids.Add(await scope.Db.FindAsync<long>(sql, new
            {
                r.Workspace, r.User, r.Action, r.ResourceType, r.ResourceId, r.OldValue, r.NewValue, r.IpAddress, r.UserAgent, r.Timestamp, Previous = previous, Hash = hash,
            }, ct));
        }
        if (head is not null)
        {
            await scope.Db.ExecuteAsync("insert into audit_heads (chain, log_id, row_count, hash) values (@chain, @last, @count, @head)", new { chain = Workspace.Value, last = ids[^1], count = ids.Count, head }, ct);
        }
        return ids;
    });

    // Appends a row between the last page and the look at the head, three times.
    private sealed class GrowingTrail(IAuditTrail inner, Func<Task> grow) : IAuditTrail
    {
        private int _left = 3;

        public Task<IReadOnlyList<AuditRow>> ListAsync(WorkspaceId workspace, AuditFilter filter, AuditPlace? after, int take, CancellationToken ct) =>
            inner.ListAsync(workspace, filter, after, take, ct);

        public Task<IReadOnlyList<AuditRow>> ChainAsync(WorkspaceId workspace, long after, int take, CancellationToken ct) => inner.ChainAsync(workspace, after, take, ct);

        public Task<IReadOnlyList<AuditChainEnd>> EndsAsync(Guid? after, int take, CancellationToken ct) => inner.EndsAsync(after, take, ct);

        public async Task<AuditHead?> HeadAsync(WorkspaceId workspace, CancellationToken ct)
        {
            if (_left-- > 0) await grow();
            return await inner.HeadAsync(workspace, ct);
        }

        public Task<DateTimeOffset?> LastAsync(WorkspaceId workspace, string action, UserId user, CancellationToken ct) => inner.LastAsync(workspace, action, user, ct);
    }
}

public class SqliteAuditTrailTests : AuditTrailSpecification
{
    protected override IReadOnlyList<string> DisarmSql { get; } = ["drop trigger audit_logs_no_update", "drop trigger audit_logs_no_delete"];
}
