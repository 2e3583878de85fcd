using System.Text.Json;
using System.Text.Json.Nodes;
using CollabHub.Domain.Documents;
using Microsoft.Extensions.Time.Testing;

namespace CollabHub.Tests.Unit.Documents;

/// <summary>Every sequence and every broken message of Tests/Vectors/awareness.json.</summary>
public class AwarenessVectorTests
{
    private static readonly JsonObject Vectors =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", "awareness.json")))!.AsObject();

    public static TheoryData<string> Sequences => [.. Vectors["sequences"]!.AsArray().Select(s => (string)s!["name"]!)];

    public static TheoryData<string> Malformed => [.. Vectors["malformed"]!.AsArray().Select(m => (string)m!["hex"]!)];

    [Theory]
    [MemberData(nameof(Sequences))]
    public void A_recorded_sequence_gives_the_same_states_clocks_and_reports(string name)
    {
        var sequence = Vectors["sequences"]!.AsArray().Single(s => (string)s!["name"]! == name)!;
        var player = new SequencePlayer((long)sequence["localClient"]!, sequence["initial"]!["states"]!.AsObject());
        player.Expect(sequence["initial"]!["states"]!, sequence["initial"]!["clocks"]!);
        foreach (var step in sequence["steps"]!.AsArray())
        {
            var (update, change) = player.Play(step!);
            var expect = step!["expect"]!;
            player.Expect(expect["states"]!, expect["clocks"]!);
            Assert.Equal(Report(expect["update"]), update is null ? null : Report(update, update.Updated));
            Assert.Equal(Report(expect["change"]), change is null ? null : Report(change, change.Changed));
        }
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_broken_message_is_rejected_as_a_whole(string hex)
    {
        var error = AwarenessMessage.Decode(Convert.FromHexString(hex), AwarenessLimits.Default, out var entries);
        Assert.NotEqual(DecodeError.None, error);
        Assert.Empty(entries);
    }

    private static string? Report(JsonNode? report) => report is null
        ? null
        : $"added {report["added"]!.ToJsonString()} updated {report["updated"]!.ToJsonString()} removed {report["removed"]!.ToJsonString()}";

    private static string Report(AwarenessChange change, IReadOnlyList<long> updated) =>
        $"added {JsonSerializer.Serialize(change.Added)} updated {JsonSerializer.Serialize(updated)} removed {JsonSerializer.Serialize(change.Removed)}";

    private sealed class SequencePlayer
    {
        private readonly FakeTimeProvider _time = new();
        private readonly AwarenessStates _states;

        public SequencePlayer(long localClient, JsonObject initial)
        {
            _states = new AwarenessStates(_time, new AwarenessOptions { LocalClient = localClient });
            // As every Yjs client starts: an empty state at clock 0, then what the page sets.
            _states.SetLocal("{}"u8.ToArray());
            _states.SetLocal(initial.Count == 0 ? null : Utf8(initial.Single().Value));
        }

        // The step's last change that others need to hear of, and the last one that a reader sees.
        public (AwarenessChange? Update, AwarenessChange? Change) Play(JsonNode step)
        {
            var changes = Do(step).ToList();
            return (changes.FindLast(change => !change.IsEmpty), changes.FindLast(change => change.IsVisible));
        }

        private IEnumerable<AwarenessChange> Do(JsonNode step)
        {
            switch ((string)step["op"]!)
            {
                case "apply":
                    var message = Convert.FromHexString((string)step["hex"]!);
                    Assert.Equal(DecodeError.None, AwarenessMessage.Decode(message, AwarenessLimits.Default, out var entries));
                    Assert.Equal(message, AwarenessMessage.Encode([.. entries]));
                    return [_states.Apply(entries)];
                case "remove":
                    return [_states.Remove(Clients(step))];
                case "setLocal":
                    return [_states.SetLocal(step["state"] is { } state ? Utf8(state) : null)];
                case "waitTicks":
                    return WaitTicks((int)step["count"]!);
                case "encode":
                    Assert.Equal((string)step["hex"]!, Convert.ToHexStringLower(_states.Encode(Clients(step))));
                    return [];
                case var unknown:
                    throw new InvalidOperationException($"No such step: {unknown}.");
            }
        }

        public void Expect(JsonNode states, JsonNode clocks)
        {
            var present = new JsonObject();
            foreach (var client in _states.Present) present[$"{client}"] = JsonNode.Parse(_states.StateOf(client));
            Assert.True(JsonNode.DeepEquals(states, present), $"expected {states.ToJsonString()}, is {present.ToJsonString()}");
            var known = new JsonObject();
            foreach (var client in _states.Clients) known[$"{client}"] = _states.ClockOf(client);
            Assert.True(JsonNode.DeepEquals(clocks, known), $"expected {clocks.ToJsonString()}, is {known.ToJsonString()}");
        }

        private IEnumerable<AwarenessChange> WaitTicks(int count)
        {
            for (var tick = 0; tick < count; tick++)
            {
                _time.Advance(AwarenessOptions.CheckEvery);
                yield return _states.RenewLocal();
                yield return _states.RemoveExpired();
            }
        }

        private static long[] Clients(JsonNode step) => [.. step["clients"]!.AsArray().Select(c => (long)c!)];

        private static byte[] Utf8(JsonNode? state) => JsonSerializer.SerializeToUtf8Bytes(state);
    }
}
