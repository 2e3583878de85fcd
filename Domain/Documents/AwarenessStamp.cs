using System.Text;
using System.Text.Json;

namespace CollabHub.Domain.Documents;

/// <summary>The verified account behind a connection, as others see it beside its cursor.</summary>
/// <param name="Id">The account's id, lower-case UUID.</param>
/// <param name="Name">What is shown.</param>
/// <param name="Color">CSS colour of the cursor.</param>
/// <param name="ColorLight">CSS colour of the selection.</param>
public sealed record AwarenessUser(string Id, string Name, string Color, string ColorLight);

/// <summary>Writes a verified account into awareness states: nobody appears under another's name. One per connection.</summary>
public sealed class AwarenessStamp
{
    private readonly byte[] _member;

    /// <summary>A stamp for this account.</summary>
    public AwarenessStamp(AwarenessUser user)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartObject("user"u8);
            // Through bytes, because the writer refuses a lone surrogate and a name may hold one.
            json.WriteString("id"u8, Encoding.UTF8.GetBytes(user.Id));
            json.WriteString("name"u8, Encoding.UTF8.GetBytes(user.Name));
            json.WriteString("color"u8, Encoding.UTF8.GetBytes(user.Color));
            json.WriteString("colorLight"u8, Encoding.UTF8.GetBytes(user.ColorLight));
            json.WriteEndObject();
            json.WriteEndObject();
        }
        _member = stream.ToArray()[1..^1];
    }

    /// <summary>The entry with <c>user</c> replaced; one that says "gone" stays as it is.</summary>
    public AwarenessEntry Apply(AwarenessEntry entry) =>
        entry.State is null ? entry : entry with { State = Apply(entry.State) };

    /// <summary>The state with <c>user</c> being this account and every other member kept byte for byte.</summary>
    /// <param name="state">A JSON value that <see cref="AwarenessMessage.Decode"/> accepted. What is no object becomes one.</param>
    public byte[] Apply(ReadOnlySpan<byte> state)
    {
        using var stamped = new Lib0Writer(state.Length + _member.Length + 2);
        stamped.WriteByte((byte)'{');
        stamped.WriteBytes(_member);
        var reader = new Utf8JsonReader(state, new JsonReaderOptions { MaxDepth = int.MaxValue });
        if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var start = (int)reader.TokenStartIndex;
                var isUser = IsUser(reader.ValueSpan);
                reader.Skip();
                if (isUser) continue;
                stamped.WriteByte((byte)',');
                stamped.WriteBytes(state[start..(int)reader.BytesConsumed]);
            }
        }
        stamped.WriteByte((byte)'}');
        return stamped.ToArray();
    }

    // By hand, because the reader's own comparison throws on a name with a lone surrogate escape.
    private static bool IsUser(ReadOnlySpan<byte> name)
    {
        foreach (var letter in "user"u8)
        {
            if (name.Length >= 6 && name[0] == '\\' && name[1] == 'u')
            {
                if (!System.Buffers.Text.Utf8Parser.TryParse(name[2..6], out ushort code, out var used, 'x') || used != 4 || code != letter) return false;
                name = name[6..];
            }
            else if (name.Length > 0 && name[0] == letter)
            {
                name = name[1..];
            }
            else
            {
                return false;
            }
        }
        return name.IsEmpty;
    }
}
