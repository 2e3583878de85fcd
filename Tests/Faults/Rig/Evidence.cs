using System.Text.Json;

namespace CollabHub.Tests.Faults.Rig;

/// <summary>What was recorded of one round, and what was seen when everything had come to rest. The checkers judge nothing else.</summary>
internal sealed class Evidence
{
    /// <summary>Tokens that were typed: by whom, when (ms).</summary>
    public Dictionary<string, (string Client, double At)> Typed { get; } = [];

    /// <summary>Tokens that a client heard to be saved, when (ms).</summary>
    public Dictionary<string, double> Saved { get; } = [];

    /// <summary>Tokens of others that reached a client, when (ms).</summary>
    public List<(string Token, string Client, double At)> Seen { get; } = [];

    /// <summary>Times (ms) in which a client was out of sync; without an end while it still is.</summary>
    public List<(string Client, double From, double? To)> Absences { get; } = [];

    /// <summary>When somebody had no right to type: nothing typed in there may be in the text.</summary>
    public List<(string Client, double From, double To)> Forbidden { get; } = [];

    /// <summary>The text as each client, each node and the log have it, at rest.</summary>
    public Dictionary<string, string> Texts { get; } = [];

    /// <summary>What each client has of each author, at rest.</summary>
    public Dictionary<string, string> Vectors { get; } = [];

    public List<string> Alive { get; } = [];

    public Dictionary<string, IReadOnlyList<string>> Listed { get; } = [];

    /// <summary>Cursors that are missing, or shown without a client.</summary>
    public List<string> Cursors { get; } = [];

    public List<(string Node, string User, string Role)> Roles { get; } = [];

    /// <summary>What must not reach a stranger, and what did reach him.</summary>
    public string Canary { get; init; } = "";

    public List<string> Received { get; } = [];

    public List<(int Status, string ContentType, string Body)> Answers { get; } = [];

    public List<(string What, long Before, long After, double Factor)> Resources { get; } = [];

    /// <summary>What must not take longer than a limit.</summary>
    public List<(string What, TimeSpan Took, TimeSpan Limit)> Times { get; } = [];

    public List<IReadOnlyList<(long Seq, bool IsSnapshot)>> Streams { get; } = [];

    /// <summary>The time from typing until another one had it (ms), before the fault and during it; only of clients that were never away.</summary>
    public (double[] Before, double[] During)? Latencies { get; set; }

    /// <summary>What was acknowledged in a time in which nothing could be committed.</summary>
    public List<string> FalselySaved { get; } = [];

    /// <summary>What a fault itself found to be wrong.</summary>
    public List<string> Found { get; } = [];

    /// <summary>Begins where another one ended: what was typed into the file and saved then must still be there.</summary>
    public void GoOnFrom(Evidence before)
    {
        foreach (var (token, by) in before.Typed) Typed[token] = by with { At = 0 };
        foreach (var token in before.Saved.Keys) Saved[token] = 0;
        Forbidden.AddRange(before.Forbidden);
    }

    /// <summary>Takes over what the rig recorded.</summary>
    public void Add(JsonElement events)
    {
        foreach (var one in events.EnumerateArray())
        {
            var (at, client) = (one.GetProperty("t").GetDouble(), one.GetProperty("client").GetString()!);
            var token = one.TryGetProperty("token", out var named) ? named.GetString()! : "";
            switch (one.GetProperty("kind").GetString())
            {
                case "typed": Typed[token] = (client, at); break;
                case "saved": Saved.TryAdd(token, at); break;
                case "seen": Seen.Add((token, client, at)); break;
                case "down": Absences.Add((client, at, null)); break;
                case "up":
                    var since = Absences.FindLastIndex(absence => absence.Client == client && absence.To is null);
                    if (since >= 0) Absences[since] = Absences[since] with { To = at };
                    break;
            }
        }
    }

    /// <summary>Everything that does not hold.</summary>
    public IReadOnlyList<string> Judge()
    {
        var text = Texts["the log"];
        return
        [
            .. Checkers.Convergence(Texts), .. Checkers.Convergence(Vectors), .. Checkers.Saved(Saved.Keys, text), .. Checkers.Arrived(Typed.Keys.Where(MayBeThere), text),
            .. Checkers.Once(text), .. Checkers.Typed(Typed.Keys, text), .. Checkers.Permitted(Typed, Forbidden, text),
            .. Typed.Keys.Select(token => token[1..token.IndexOf(':', StringComparison.Ordinal)]).Distinct().SelectMany(author => Checkers.InOrder(author, text)),
            .. Listed.SelectMany(node => Checkers.Presence(node.Key, Alive, node.Value)), .. Cursors.Select(cursor => "C6 " + cursor), .. Checkers.OneRole(Roles),
            .. Canary.Length > 0 ? Checkers.Secret(Canary, Received) : [], .. Answers.SelectMany(answer => Checkers.Honest(answer.Status, answer.ContentType, answer.Body)),
            .. Resources.SelectMany(one => Checkers.Bounded(one.What, one.Before, one.After, one.Factor)),
            .. Times.SelectMany(one => Checkers.InTime(one.What, one.Took, one.Limit)),
            .. Latencies is { } times ? Checkers.NotHeldUp(times.Before, times.During) : [], .. Streams.SelectMany(Checkers.Gapless),
            .. Found, .. FalselySaved.Select(token => $"G10 {token} was called saved while nothing could be"),
        ];
    }

    private bool MayBeThere(string token) => !Forbidden.Any(time => time.Client == Typed[token].Client);
}
