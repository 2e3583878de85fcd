using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CollabHub.Domain.Audit;
using CollabHub.Persistence.Relational;
using Microsoft.Extensions.DependencyInjection;

namespace CollabHub.Tests.Functional;

public class AuditTests
{
    [Fact]
    public async Task Every_change_of_an_account_leaves_one_row_in_an_unbroken_chain()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.RegisterAsync("ada");
        await hub.GuestAsync("Grace");
        await hub.LoginAsync("ada");
        using var http = hub.Anonymous;
        http.DefaultRequestHeaders.UserAgent.ParseAdd("audit-test/1");
        await http.PostAsJsonAsync("api/auth/login", new { login = "ada", password = "a wrong password" });
        await http.PostAsJsonAsync("api/auth/login", new { login = "nobody", password = "a wrong password" });
        await http.PostAsJsonAsync("api/auth/refresh", new { refreshToken = ada.RefreshToken });
        await ada.Http.PatchAsJsonAsync("api/me", new { firstName = "Ada" });
        await ada.Http.PostAsJsonAsync("api/me/password", new { currentPassword = TestUser.Password, newPassword = "an entirely new one" });
        await http.PostAsJsonAsync("api/auth/logout", new { refreshToken = ada.RefreshToken });

        var rows = await RowsAsync(hub);
        Assert.Equal(
            [
                "account.register", "account.guest", "auth.login", "auth.login_failed", "auth.login_failed", "auth.refresh", "account.update",
                "account.password_change", "auth.logout",
            ],
            rows.Select(row => row.Action));
        var previous = AuditChain.Start;
        foreach (var row in rows)
        {
            Assert.Equal(previous, row.PrevHash);
            Assert.Equal(row.Hash, AuditChain.HashOf(previous, row.Record));
            previous = row.Hash;
        }
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"firstName":"Ada","lastName":null,"profileImageUrl":null,"username":"ada"}"""), JsonNode.Parse(rows[6].NewValue!)));
        Assert.Equal("127.0.0.1", rows[3].IpAddress);
        Assert.Equal("audit-test/1", rows[3].UserAgent);
        Assert.DoesNotContain(rows, row => $"{row.OldValue}{row.NewValue}".Contains("password", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_table_refuses_to_be_changed()
    {
        await using var hub = TestHub.Start();
        await hub.RegisterAsync("ada");
        await using var db = new DbSession(hub.Services.GetRequiredService<IRelationalDatabase>());
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.ExecuteAsync("update audit_logs set action = 'x'", null, default));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.ExecuteAsync("delete from audit_logs", null, default));
    }

    private static async Task<IReadOnlyList<Row>> RowsAsync(TestHub hub)
    {
        await using var db = new DbSession(hub.Services.GetRequiredService<IRelationalDatabase>());
        return await db.QueryAsync<Row>("select * from audit_logs order by log_id", null, default);
    }

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
