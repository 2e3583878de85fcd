using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CollabHub.Persistence.Redis;

/// <summary>An authenticated message.</summary>
/// <param name="Node">The sending run of a node.</param>
/// <param name="Number">Ascends over everything that the sender says.</param>
/// <param name="Payload">What it says.</param>
internal readonly record struct Sealed(string Node, long Number, ReadOnlyMemory<byte> Payload);

/// <summary>
/// Redis is not trusted: every message carries an HMAC under the cluster's key, over itself and the channel it was meant for, so
/// that nobody who can write to Redis can speak as a node. Layout: version (1 byte), number (8, big endian), length of the node's
/// name (1), name, payload, the first 16 bytes of HMAC-SHA256 over channel, 0 and everything before. docs/protocol.md, Between nodes.
/// </summary>
internal sealed class MessageSeal(byte[] key)
{
    private const byte Version = 1;
    private const int NumberAt = 1;
    private const int NameAt = 10;
    private const int MacLength = 16;

    public byte[] Seal(string channel, string node, long number, ReadOnlySpan<byte> payload)
    {
        var nameLength = Encoding.UTF8.GetByteCount(node);
        var message = new byte[NameAt + nameLength + payload.Length + MacLength];
        message[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(NumberAt), number);
        message[NameAt - 1] = checked((byte)nameLength);
        Encoding.UTF8.GetBytes(node, message.AsSpan(NameAt));
        payload.CopyTo(message.AsSpan(NameAt + nameLength));
        Mac(channel, message.AsSpan(0, message.Length - MacLength), message.AsSpan(message.Length - MacLength));
        return message;
    }

    /// <summary>Opens a message; null with the reason when it is not one of ours.</summary>
    public Sealed? Open(string channel, ReadOnlyMemory<byte> message, out string why)
    {
        why = "";
        var bytes = message.Span;
        if (bytes.Length < NameAt + MacLength || bytes.Length < NameAt + bytes[NameAt - 1] + MacLength)
        {
            why = "truncated";
            return null;
        }
        if (bytes[0] != Version)
        {
            why = "version";
            return null;
        }
        Span<byte> mac = stackalloc byte[MacLength];
        Mac(channel, bytes[..^MacLength], mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[^MacLength..]))
        {
            why = "forged";
            return null;
        }
        int nameLength = bytes[NameAt - 1];
        var payloadAt = NameAt + nameLength;
        return new Sealed(
            Encoding.UTF8.GetString(bytes.Slice(NameAt, nameLength)), BinaryPrimitives.ReadInt64BigEndian(bytes[NumberAt..]), message[payloadAt..^MacLength]);
    }

    private void Mac(string channel, ReadOnlySpan<byte> message, Span<byte> mac)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(channel));
        hmac.AppendData([0]);
        hmac.AppendData(message);
        Span<byte> whole = stackalloc byte[32];
        hmac.GetHashAndReset(whole);
        whole[..MacLength].CopyTo(mac);
    }
}
