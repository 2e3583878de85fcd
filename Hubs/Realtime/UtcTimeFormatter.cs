using System.Globalization;
using MessagePack;
using MessagePack.Formatters;

namespace CollabHub.Hubs.Realtime;

/// <summary>Times stand in MessagePack as they stand in JSON: RFC 3339 text in UTC.</summary>
public sealed class UtcTimeFormatter : IMessagePackFormatter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-ddTHH:mm:ss.FFFFFFZ";

    /// <inheritdoc/>
    public void Serialize(ref MessagePackWriter writer, DateTimeOffset value, MessagePackSerializerOptions options) =>
        writer.Write(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public DateTimeOffset Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
        DateTimeOffset.Parse(reader.ReadString() ?? "", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
