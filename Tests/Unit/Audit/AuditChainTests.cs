using System.Text.Json;
using CollabHub.Domain.Audit;

namespace CollabHub.Tests.Unit.Audit;

public class AuditChainTests
{
    private static readonly AuditRecord Row = new(
        Guid.Parse("018f0000-0000-7000-8000-000000000001"), Guid.Parse("018f0000-0000-7000-8000-000000000002"), "session.create", "session", "s1",
        null, """{"name":"Pairing"}""", "127.0.0.1", "test", new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_hash_stays_what_it_was_in_earlier_versions() =>
        Assert.Equal("6f63cb3a54fcd9dffebd1e1ec3b97e51c6455d3d0aaf9232734ca196b8ef4802", AuditChain.HashOf(AuditChain.Start, Row));

    [Fact]
    public void Every_field_and_the_row_before_count()
    {
        var hash = AuditChain.HashOf(AuditChain.Start, Row);
        AuditRecord[] edited =
        [
            Row with { Workspace = null }, Row with { User = null }, Row with { Action = "x" }, Row with { ResourceType = "x" },
            Row with { ResourceId = "x" }, Row with { OldValue = "{}" }, Row with { NewValue = """{"name":"pairing"}""" },
            Row with { IpAddress = null }, Row with { UserAgent = "x" }, Row with { Timestamp = Row.Timestamp.AddMicroseconds(1) },
        ];
        Assert.All(edited, row => Assert.NotEqual(hash, AuditChain.HashOf(AuditChain.Start, row)));
        Assert.NotEqual(hash, AuditChain.HashOf(hash, Row));
    }

    [Fact]
    public void A_store_that_rearranges_json_does_not_break_the_chain()
    {
        var one = Row with { NewValue = """{"b":[1,{"d":1,"c":"ü"}],"a":null}""" };
        var other = Row with { NewValue = """{ "a": null, "b": [ 1, { "c": "\u00fc", "d": 1 } ] }""" };
        Assert.Equal(AuditChain.HashOf(AuditChain.Start, one), AuditChain.HashOf(AuditChain.Start, other));
    }

    [Fact]
    public void Control_characters_are_made_visible_wherever_they_stand()
    {
        var json = AuditChain.ToJson(new Dictionary<string, object?> { ["a\r\nb"] = "x\u001b[31m", ["list"] = new List<string> { "c\0d" } });
        Assert.DoesNotContain(JsonDocument.Parse(json!).RootElement.ToString(), c => char.IsControl(c));
        Assert.DoesNotContain("\\u00", json, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_value_is_kept_as_its_beginning_and_its_hash()
    {
        var json = AuditChain.ToJson(new Dictionary<string, object?> { ["text"] = string.Concat(Enumerable.Repeat("😀", 3_000)) })!;
        Assert.True(System.Text.Encoding.UTF8.GetByteCount(json) <= AuditChain.MaxValueBytes);
        Assert.True(JsonDocument.Parse(json).RootElement.GetProperty("truncated").GetBoolean());
    }
}
