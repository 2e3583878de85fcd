using System.Text;
using System.Text.Unicode;

namespace CollabHub.Domain.Documents.Engine;

/// <summary>Reads structs of an update, checking every rule of docs/format.md, or trusting bytes that passed before.</summary>
internal static class StructReader
{
    /// <summary>Clocks are kept in 32 bits; no honest client comes near.</summary>
    public const long MaxClock = int.MaxValue;

    /// <summary>Reads a struct of validated bytes.</summary>
    public static void Read(ref Lib0Reader reader, ref StructView s) => Read<Trusting>(ref reader, ref s, 0, 0, DocumentOptions.Default);

    /// <summary>Reads and checks the struct of <paramref name="client"/> at <paramref name="clock"/>.</summary>
    public static void Check(ref Lib0Reader reader, ref StructView s, long client, long clock, DocumentOptions limits) =>
        Read<Checking>(ref reader, ref s, client, clock, limits);

    // One body, compiled once with the checks and once without.
    private interface IMode
    {
        static abstract bool Checks { get; }
    }

    private readonly struct Checking : IMode
    {
        public static bool Checks => true;
    }

    private readonly struct Trusting : IMode
    {
        public static bool Checks => false;
    }

    private static void Read<TMode>(ref Lib0Reader reader, ref StructView s, long client, long clock, DocumentOptions limits) where TMode : struct, IMode
    {
        s.Start = reader.Position;
        var info = reader.ReadByte();
        s.Info = info;
        s.Kind = (ContentKind)(info & 0x1f);
        s.HasParent = false;
        s.HasKey = false;
        if (s.Kind is ContentKind.Gc or ContentKind.Skip)
        {
            if ((info & 0xe0) != 0) reader.Fail(DecodeError.InvalidFlags);
            s.Length = ReadLength<TMode>(ref reader, clock, limits);
            s.End = reader.Position;
            return;
        }
        if (s.HasOrigin)
        {
            s.OriginClient = reader.ReadVarUint();
            s.OriginClock = ReadReference<TMode>(ref reader, s.OriginClient, client, clock, limits);
        }
        if (s.HasRight)
        {
            s.RightClient = reader.ReadVarUint();
            s.RightClock = ReadReference<TMode>(ref reader, s.RightClient, client, clock, limits);
        }
        if ((info & (StructView.HasOriginBit | StructView.HasRightBit)) == 0) ReadParent<TMode>(ref reader, ref s, client, clock, limits);
        ReadContent<TMode>(ref reader, ref s, clock, limits);
        s.End = reader.Position;
    }

    private static uint ReadReference<TMode>(ref Lib0Reader reader, long referenced, long client, long clock, DocumentOptions limits) where TMode : struct, IMode
    {
        var value = reader.ReadVarUint();
        if (!TMode.Checks) return (uint)value;
        if (referenced == client)
        {
            if (value >= clock && reader.Ok) reader.Fail(DecodeError.InvalidReference);
        }
        else if (value >= MaxClock)
        {
            reader.Fail(DecodeError.LimitExceeded);
        }
        return (uint)value;
    }

    private static void ReadParent<TMode>(ref Lib0Reader reader, ref StructView s, long client, long clock, DocumentOptions limits) where TMode : struct, IMode
    {
        s.HasParent = true;
        var parentInfo = reader.ReadVarUint();
        if (parentInfo > 1) reader.Fail(DecodeError.InvalidParentInfo);
        s.ParentIsRoot = parentInfo == 1;
        if (s.ParentIsRoot)
        {
            s.RootLength = ReadName<TMode>(ref reader, limits);
            s.RootStart = reader.Position - s.RootLength;
        }
        else
        {
            s.ParentClient = reader.ReadVarUint();
            s.ParentClock = ReadReference<TMode>(ref reader, s.ParentClient, client, clock, limits);
        }
        s.HasKey = (s.Info & StructView.HasKeyBit) != 0;
        if (!s.HasKey) return;
        s.KeyLength = ReadName<TMode>(ref reader, limits);
        s.KeyStart = reader.Position - s.KeyLength;
    }

    private static int ReadName<TMode>(ref Lib0Reader reader, DocumentOptions limits) where TMode : struct, IMode
    {
        if (!TMode.Checks) return reader.ReadVarBytes().Length;
        var name = reader.ReadVarString();
        if (name.Length > limits.MaxKeyBytes) reader.Fail(DecodeError.LimitExceeded);
        return name.Length;
    }

    private static uint ReadLength<TMode>(ref Lib0Reader reader, long clock, DocumentOptions limits) where TMode : struct, IMode
    {
        var length = reader.ReadVarUint();
        if (TMode.Checks) CheckLength(ref reader, clock, length);
        return (uint)length;
    }

    private static void CheckLength(ref Lib0Reader reader, long clock, long length)
    {
        if (!reader.Ok) return;
        if (length == 0) reader.Fail(DecodeError.ZeroLength);
        else if (clock + length > Lib0Reader.MaxInteger) reader.Fail(DecodeError.ClockOverflow);
        else if (clock + length > MaxClock) reader.Fail(DecodeError.LimitExceeded);
    }

    private static void ReadContent<TMode>(ref Lib0Reader reader, ref StructView s, long clock, DocumentOptions limits) where TMode : struct, IMode
    {
        s.ContentStart = reader.Position;
        s.Length = 1;
        switch (s.Kind)
        {
            case ContentKind.String:
                ReadString<TMode>(ref reader, ref s, limits);
                break;
            case ContentKind.Deleted:
                s.Length = ReadLength<TMode>(ref reader, clock, limits);
                s.ContentStart = reader.Position;
                s.ContentLength = 0;
                return;
            case ContentKind.Any:
                s.Length = (uint)reader.ReadCount(1);
                s.ContentStart = reader.Position;
                AnyValue.Skip(ref reader, s.Length, TMode.Checks, TMode.Checks ? limits.MaxNesting : int.MaxValue);
                break;
            case ContentKind.Json:
                s.Length = (uint)reader.ReadCount(1);
                s.ContentStart = reader.Position;
                for (var left = s.Length; left > 0 && reader.Ok; left--) ReadJson<TMode>(ref reader, limits, orUndefined: true);
                break;
            case ContentKind.Binary:
                var bytes = reader.ReadVarBytes();
                s.ContentStart = reader.Position - bytes.Length;
                break;
            case ContentKind.Embed:
                var json = ReadJson<TMode>(ref reader, limits, orUndefined: false);
                s.ContentStart = reader.Position - json;
                break;
            case ContentKind.Format:
                ReadName<TMode>(ref reader, limits);
                ReadJson<TMode>(ref reader, limits, orUndefined: false);
                break;
            case ContentKind.Type:
                var typeRef = reader.ReadVarUint();
                if (typeRef > SharedTypes.Last) reader.Fail(DecodeError.UnknownTypeRef);
                else if (SharedTypes.IsNamed(typeRef)) ReadName<TMode>(ref reader, limits);
                break;
            case ContentKind.Doc:
                ReadName<TMode>(ref reader, limits);
                if (!reader.AtEnd && reader.Bytes[reader.Position] != AnyValue.Object) reader.Fail(DecodeError.InvalidSubdoc);
                AnyValue.Skip(ref reader, TMode.Checks, TMode.Checks ? limits.MaxNesting : int.MaxValue);
                break;
            default:
                reader.Fail(DecodeError.UnknownContent);
                break;
        }
        s.ContentLength = reader.Position - s.ContentStart;
        if (TMode.Checks) CheckLength(ref reader, clock, s.Length);
    }

    private static void ReadString<TMode>(ref Lib0Reader reader, ref StructView s, DocumentOptions limits) where TMode : struct, IMode
    {
        var utf8 = reader.ReadVarBytes();
        s.ContentStart = reader.Position - utf8.Length;
        s.IsAscii = Utf16.IsAscii(utf8);
        if (TMode.Checks && !s.IsAscii && !Utf8.IsValid(utf8)) reader.Fail(DecodeError.InvalidUtf8);
        s.Length = (uint)(s.IsAscii || !reader.Ok ? utf8.Length : Encoding.UTF8.GetCharCount(utf8));
    }

    private static int ReadJson<TMode>(ref Lib0Reader reader, DocumentOptions limits, bool orUndefined) where TMode : struct, IMode
    {
        if (!TMode.Checks) return reader.ReadVarBytes().Length;
        var text = reader.ReadVarString();
        if (!reader.Ok || (orUndefined && text.SequenceEqual(JsonText.Undefined))) return text.Length;
        var error = JsonText.Check(text, limits.MaxNesting);
        if (error != DecodeError.None) reader.Fail(error);
        return text.Length;
    }
}
