using System.Text.Json;
using System.Text.Json.Serialization;
using CollabHub.Domain.Cluster;
using CollabHub.Domain.Live;

namespace CollabHub.Persistence.Redis;

/// <summary>Messages of nodes as bytes: kind, then JSON. Kinds that a version does not know are left alone.</summary>
internal static class ClusterCodec
{
    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    private static readonly Dictionary<byte, Type> Kinds = new()
    {
        [1] = typeof(NodeBeat), [2] = typeof(NodeHello), [3] = typeof(PresenceParts), [4] = typeof(PresenceWanted), [5] = typeof(Hint),
    };

    private static readonly Dictionary<string, Type> Events = typeof(LiveEvent).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(LiveEvent))).ToDictionary(type => type.Name);

    private sealed record Hint(string Node, string Kind, JsonElement Event);

    public static byte[] Encode(ClusterMessage message)
    {
        object body = message is LiveHint live
            ? new Hint(live.Node, live.Event.GetType().Name, JsonSerializer.SerializeToElement(live.Event, live.Event.GetType(), Json))
            : message;
        var kind = Kinds.Single(known => known.Value == body.GetType()).Key;
        return [kind, .. JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), Json)];
    }

    /// <summary>The message, said by <paramref name="node"/>; null when it is of a kind that this version does not know, or malformed.</summary>
    public static ClusterMessage? Decode(string node, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty || !Kinds.TryGetValue(bytes.Span[0], out var type)) return null;
        try
        {
            var body = JsonSerializer.Deserialize(bytes.Span[1..], type, Json);
            if (body is Hint hint)
            {
                return Events.TryGetValue(hint.Kind, out var kind) && hint.Event.Deserialize(kind, Json) is LiveEvent live ? new LiveHint(node, live) : null;
            }
            // Who speaks is what the seal says, whatever stands in the message.
            return body is ClusterMessage message ? message with { Node = node } : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
