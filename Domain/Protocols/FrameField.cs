using System.Text;
using CollabHub.Domain.Documents;

namespace CollabHub.Domain.Protocols;

/// <summary>Fields of frames, read as the frames keep them.</summary>
internal static class FrameField
{
    /// <summary>Bytes with their length in front, as a part of <paramref name="frame"/>, over which the reader runs.</summary>
    internal static ReadOnlyMemory<byte> ReadBytes(ref Lib0Reader reader, ReadOnlyMemory<byte> frame)
    {
        var length = reader.ReadVarBytes().Length;
        return reader.Ok ? frame.Slice(reader.Position - length, length) : default;
    }

    /// <summary>A string with its length in front; empty after an error.</summary>
    internal static string ReadText(ref Lib0Reader reader) => Encoding.UTF8.GetString(reader.ReadVarString());
}
