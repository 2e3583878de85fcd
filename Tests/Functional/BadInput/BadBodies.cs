using System.Text;
using System.Text.Json.Nodes;

namespace CollabHub.Tests.Functional.BadInput;

/// <summary>A body that a route must not take, or must at least survive.</summary>
/// <param name="Why">What is wrong with it.</param>
/// <param name="Bytes">The body.</param>
/// <param name="MediaType">What it says that it is.</param>
/// <param name="MustRefuse">Whether any route has to refuse it; otherwise it may also be harmless.</param>
public sealed record BadBody(string Why, byte[] Bytes, string MediaType = "application/json", bool MustRefuse = true);

/// <summary>Bad bodies out of a good one.</summary>
public static class BadBodies
{
    /// <summary>One byte more than a request may have.</summary>
    public const int TooLarge = 1_048_577;

    private const int TooLargeText = 100_000;

    // Texts as JSON writes them; a route may take what is only strange.
    private static readonly (string Why, string Json)[] Texts =
    [
        ("NUL", "\"a\\u0000b\""), ("lone surrogate", "\"\\ud800\""), ("right to left", "\"a\\u202eb\""), ("zero width", "\"a\\u200bb\""), ("line feed", "\"a\\r\\nBcc: b@example.org\""),
        ("escape", "\"\\u001b[31m\""), ("noncharacter", "\"\\ufffe\""), ("combining", "\"e" + new string('\u0301', 10_000) + "\""), ("markup", "\"<script>alert(1)</script>\""),
        ("formula", "\"=cmd()\""), ("lookup", "\"${jndi:ldap://x}\""), ("SQL", "\"'; drop table users; --\""), ("empty", "\"\""), ("blanks", "\"   \""), ("very long", "\"" + new string('x', TooLargeText) + "\""),
    ];

    private static readonly (string Why, string Json)[] OfOtherTypes = [("an object", "{\"$where\":\"1\"}"), ("an array", "[[]]")];

    /// <summary>What is bad whatever the route expects, and each member of the good body made bad in turn.</summary>
    /// <param name="good">A body that the route takes.</param>
    public static IEnumerable<BadBody> Of(JsonObject good)
    {
        ArgumentNullException.ThrowIfNull(good);
        var text = good.ToJsonString();
        foreach (var bad in Everywhere(text)) yield return bad;
        foreach (var (name, value) in good)
        {
            // Text may stand for one person or for many, but never for a structure, and the other way round.
            if (value is JsonValue)
            {
                foreach (var (why, json) in OfOtherTypes) yield return Replaced(good, name, why, json, mustRefuse: true);
            }
            if (value?.GetValueKind() == System.Text.Json.JsonValueKind.String)
            {
                yield return Replaced(good, name, "a number", "5", mustRefuse: true);
                foreach (var (why, json) in Texts) yield return Replaced(good, name, why, json, mustRefuse: false);
            }
            if (value?.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False) yield return Replaced(good, name, "a word", "\"yes\"", mustRefuse: true);
            if (value?.GetValueKind() == System.Text.Json.JsonValueKind.Number) yield return Replaced(good, name, "too large a number", "1e999", mustRefuse: true);
            yield return new BadBody($"{name} twice", Encoding.UTF8.GetBytes($"{text[..^1]},{JsonValue.Create(name).ToJsonString()}:{value?.ToJsonString() ?? "null"}}}"));
        }
    }

    private static IEnumerable<BadBody> Everywhere(string text)
    {
        yield return new BadBody("broken", "{"u8.ToArray());
        yield return new BadBody("no JSON", "name=x"u8.ToArray());
        yield return new BadBody("an array", "[]"u8.ToArray());
        yield return new BadBody("a text", "\"text\""u8.ToArray());
        yield return new BadBody("trailing comma", Encoding.UTF8.GetBytes(text[..^1] + ",}"));
        yield return new BadBody("comment", Encoding.UTF8.GetBytes("/* x */" + text));
        yield return new BadBody("two of them", Encoding.UTF8.GetBytes(text + text));
        yield return new BadBody("unknown member", Encoding.UTF8.GetBytes(text[..^1] + (text.Length > 2 ? "," : "") + "\"__proto__\":{\"role\":\"owner\"}}"));
        yield return new BadBody("nested ten thousand deep", Encoding.UTF8.GetBytes($"{{\"deep\":{new string('[', 10_000)}{new string(']', 10_000)}}}"));
        yield return new BadBody("no UTF-8", [.. "{\""u8, 0xC3, 0x28, .. "\":1}"u8]);
        yield return new BadBody("UTF-16", Encoding.Unicode.GetBytes(text));
        yield return new BadBody("too large", Encoding.ASCII.GetBytes("{\"x\":\"" + new string('x', TooLarge) + "\"}"));
        yield return new BadBody("as a form", Encoding.UTF8.GetBytes(text), "application/x-www-form-urlencoded");
        yield return new BadBody("as XML", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"u8.ToArray(), "application/xml");
    }

    private static BadBody Replaced(JsonObject good, string name, string why, string json, bool mustRefuse)
    {
        var members = good.Select(member => $"{JsonValue.Create(member.Key).ToJsonString()}:{(member.Key == name ? json : member.Value?.ToJsonString() ?? "null")}");
        return new BadBody($"{name} {why}", Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}"), MustRefuse: mustRefuse);
    }
}
