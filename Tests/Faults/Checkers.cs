using System.Text.Json;
using System.Text.RegularExpressions;

namespace CollabHub.Tests.Faults;

/// <summary>What must hold after everything was mended. Each answers with what does not; nothing means that it holds.</summary>
internal static partial class Checkers
{
    /// <summary>C1: everyone who looks sees the same text.</summary>
    public static IEnumerable<string> Convergence(IReadOnlyDictionary<string, string> texts)
    {
        if (texts.Count == 0) return [];
        var first = texts.First();
        return texts.Where(text => text.Value != first.Value).Select(text => $"C1 {text.Key} differs from {first.Key} ({text.Value.Length} and {first.Value.Length} characters)");
    }

    /// <summary>C2: what was saved is there.</summary>
    public static IEnumerable<string> Saved(IEnumerable<string> saved, string text) => saved.Except(Tokens(text)).Select(token => $"C2 {token} was saved and is lost");

    /// <summary>C2, at rest: clients send again what was not acknowledged, so that everything typed is there.</summary>
    public static IEnumerable<string> Arrived(IEnumerable<string> typed, string text) => typed.Except(Tokens(text)).Select(token => $"C2 {token} was typed and never came");

    /// <summary>C4: what somebody typed without a right to is not there.</summary>
    public static IEnumerable<string> Permitted(
        IReadOnlyDictionary<string, (string Client, double At)> typed, IReadOnlyCollection<(string Client, double From, double To)> forbidden, string text) =>
        Tokens(text).Where(token => typed.TryGetValue(token, out var by) && forbidden.Any(time => time.Client == by.Client && by.At >= time.From && by.At <= time.To))
            .Select(token => $"C4 {token} was typed without a right to");

    /// <summary>C3: nothing is there twice.</summary>
    public static IEnumerable<string> Once(string text) =>
        Tokens(text).GroupBy(token => token).Where(token => token.Count() > 1).Select(token => $"C3 {token.Key} is there {token.Count()} times");

    /// <summary>C4: nothing is there that nobody typed.</summary>
    public static IEnumerable<string> Typed(IEnumerable<string> typed, string text) => Tokens(text).Except(typed).Select(token => $"C4 {token} was never typed");

    /// <summary>C5: what one author put at the end line by line keeps its order.</summary>
    public static IEnumerable<string> InOrder(string author, string text)
    {
        var own = Tokens(text).Where(token => token.StartsWith($"⟦{author}:", StringComparison.Ordinal)).ToList();
        return own.SequenceEqual(own.Order(StringComparer.Ordinal)) ? [] : [$"C5 {author} is out of order"];
    }

    /// <summary>C6: exactly those who are connected are listed, with as many connections as they have.</summary>
    public static IEnumerable<string> Presence(string node, IEnumerable<string> alive, IEnumerable<string> listed)
    {
        var (expected, found) = (alive.Order(StringComparer.Ordinal).ToList(), listed.Order(StringComparer.Ordinal).ToList());
        return expected.SequenceEqual(found) ? [] : [$"C6 {node} lists {string.Join(", ", found)} instead of {string.Join(", ", expected)}"];
    }

    /// <summary>C7: everyone has one role, and the same on every node.</summary>
    public static IEnumerable<string> OneRole(IEnumerable<(string Node, string User, string Role)> seen) =>
        seen.GroupBy(s => s.User).Where(user => user.Select(s => s.Role).Distinct().Count() > 1)
            .Select(user => $"C7 {user.Key} is {string.Join(", ", user.Select(s => $"{s.Role} on {s.Node}"))}");

    /// <summary>C8: nothing of one tenant is in what another one received.</summary>
    public static IEnumerable<string> Secret(string canary, IEnumerable<string> received) =>
        received.Where(text => text.Contains(canary, StringComparison.Ordinal)).Select(_ => $"C8 {canary} reached somebody else");

    /// <summary>C12: memory came back to where it was, and a bit.</summary>
    public static IEnumerable<string> Bounded(string node, long before, long after, double factor) =>
        after <= before * factor ? [] : [$"C12 {node}: {after} after {before}"];

    /// <summary>C13: an error says what it is and nothing of the inside.</summary>
    public static IEnumerable<string> Honest(int status, string contentType, string body)
    {
        if (status < 400) yield break;
        if (!contentType.StartsWith("application/problem+json", StringComparison.Ordinal))
        {
            yield return $"C13 {status} is {contentType}";
            yield break;
        }
        using var problem = JsonDocument.Parse(body);
        foreach (var member in new[] { "type", "title", "status", "traceId", "code" })
        {
            if (!problem.RootElement.TryGetProperty(member, out _)) yield return $"C13 {status} has no {member}";
        }
        if (Inside().IsMatch(body)) yield return $"C13 {status} tells of the inside: {body}";
    }

    /// <summary>C14, C15: something took no longer than it may.</summary>
    public static IEnumerable<string> InTime(string what, TimeSpan took, TimeSpan limit) => took <= limit ? [] : [$"C14 {what} took {took}, more than {limit}"];

    /// <summary>C15: who is not concerned is not held up: 99 of 100 edits reach the others within twice the time of before, or half a second.</summary>
    public static IEnumerable<string> NotHeldUp(double[] before, double[] during)
    {
        if (before.Length == 0 || during.Length == 0) return ["C15 nothing was measured"];
        var (was, now) = (Percentile(before, 0.99), Percentile(during, 0.99));
        return now <= Math.Max(2 * was, 500) ? [] : [$"C15 edits took {now:F0} ms after {was:F0} ms (p99)"];
    }

    public static double Percentile(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Ceiling((sorted.Length - 1) * part)];
    }

    /// <summary>C16: numbers of a stream follow each other; only a snapshot may begin anew.</summary>
    public static IEnumerable<string> Gapless(IReadOnlyList<(long Seq, bool IsSnapshot)> steps)
    {
        if (steps.Count > 0 && !steps[0].IsSnapshot) yield return "C16 the stream does not begin with a snapshot";
        for (var i = 1; i < steps.Count; i++)
        {
            if (steps[i].Seq != steps[i - 1].Seq + 1) yield return $"C16 {steps[i].Seq} follows {steps[i - 1].Seq}";
        }
    }

    public static IReadOnlyList<string> Tokens(string text) => [.. Token().Matches(text).Select(match => match.Value)];

    [GeneratedRegex(@"⟦p\d{2,}:\d{6,}⟧")]
    private static partial Regex Token();

    [GeneratedRegex(@"   at |Npgsql|select .* from |\.cs:line |Exception:", RegexOptions.IgnoreCase)]
    private static partial Regex Inside();
}
