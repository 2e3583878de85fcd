using System.Text;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Protocols;

namespace CollabHub.Tests.Functional.Realtime;

/// <summary>What clients send, and what comes of it when bytes change on the way. Everything from the seed.</summary>
internal sealed class FrameMutations(int seed, Guid file, long client) : IDisposable
{
    private static readonly byte[][] Odd =
    [
        [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00], [0xff], [0x00], [0x80], [0xdf, 0xff, 0xff, 0xff, 0xff],
        [0x91, 0x91, 0x91, 0x91], [0x1e], "null"u8.ToArray(), "[[[["u8.ToArray(), "\"\\ud800\""u8.ToArray(),
    ];

    private readonly Random _random = new(seed);

    /// <summary>The file that the frames are about.</summary>
    public Guid File => file;

    private readonly YDocument _document = new();

    /// <summary>A frame of one surface, changed in one to four places.</summary>
    public byte[] Next(string surface)
    {
        var frame = Honest(surface);
        for (var changes = _random.Next(1, 5); changes > 0; changes--) frame = Change(frame);
        return frame;
    }

    /// <summary>A frame as a client sends it.</summary>
    public byte[] Honest(string surface) => surface switch
    {
        "json" => Encoding.UTF8.GetBytes(_random.Next(4) switch
        {
            0 => $"{{\"type\":1,\"invocationId\":\"{_random.Next(9)}\",\"target\":\"PushEdit\",\"arguments\":[\"{file}\",{_random.Next(99)},\"{Convert.ToBase64String(Update())}\"]}}\u001e",
            1 => $"{{\"type\":4,\"invocationId\":\"{_random.Next(9)}\",\"target\":\"OpenFile\",\"arguments\":[\"{file}\",\"AA==\"]}}\u001e",
            2 => $"{{\"type\":1,\"target\":\"MoveCursor\",\"arguments\":[\"{file}\",\"{Convert.ToBase64String(Cursor())}\"]}}\u001e",
            _ => "{\"type\":6}\u001e",
        }),
        "messagepack" => RawHub.Pack(_random.Next(3) switch
        {
            0 => [0x96, 1, 0x80, 0xc0, 0xa8, .. "PushEdit"u8, 0x93, .. Text($"{file}"), (byte)_random.Next(99), .. Bytes(Update()), 0x90],
            1 => [0x96, 4, 0x80, 0xa1, (byte)('0' + _random.Next(9)), 0xa8, .. "OpenFile"u8, 0x92, .. Text($"{file}"), 0xc4, 1, 0, 0x90],
            _ => [0x96, 1, 0x80, 0xc0, 0xaa, .. "MoveCursor"u8, 0x92, .. Text($"{file}"), .. Bytes(Cursor()), 0x90],
        }),
        "yjs" => _random.Next(4) switch
        {
            0 => YWebsocketFrame.Sync(SyncKind.Step1, _document.EncodeStateVector()),
            1 => YWebsocketFrame.Sync(SyncKind.Update, Update()),
            2 => YWebsocketFrame.Awareness(Cursor()),
            _ => [.. YWebsocketFrame.QueryAwareness(), .. YWebsocketFrame.Sync(SyncKind.Step2, Update())],
        },
        _ => HocuspocusCodec.Encode(_random.Next(5) switch
        {
            0 => new HocuspocusFrame(HocuspocusKind.Sync, $"{file}") { Sync = new SyncMessage(SyncKind.Step1, _document.EncodeStateVector()) },
            1 => new HocuspocusFrame(HocuspocusKind.Sync, $"{file}") { Sync = new SyncMessage(SyncKind.Update, Update()) },
            2 => new HocuspocusFrame(HocuspocusKind.Awareness, $"{file}") { Awareness = Cursor() },
            3 => new HocuspocusFrame(HocuspocusKind.Stateless, $"{file}") { Text = "{}" },
            _ => new HocuspocusFrame(HocuspocusKind.QueryAwareness, $"{file}"),
        }),
    };

    public void Dispose() => _document.Dispose();

    private byte[] Update() =>
        _document.ApplyTextEdits(FileRoom.TextRoot, client, [new TextEdit(0, Math.Min(_random.Next(3), _document.GetText(FileRoom.TextRoot).Length), $"{_random.Next(100)} ")])!;

    private byte[] Cursor() => AwarenessMessage.Encode([new AwarenessEntry(client, _random.Next(1000), "{\"cursor\":{\"anchor\":1}}"u8.ToArray())]);

    private byte[] Change(byte[] frame)
    {
        var at = _random.Next(frame.Length + 1);
        var until = _random.Next(at, Math.Min(frame.Length, at + 8) + 1);
        switch (_random.Next(6))
        {
            case 0 when at < frame.Length:
                frame = [.. frame];
                frame[at] ^= (byte)(1 << _random.Next(8));
                return frame;
            case 1:
                return frame[..at];
            case 2:
                return [.. frame[..at], .. frame[until..]];
            case 3:
                return [.. frame[..at], .. Odd[_random.Next(Odd.Length)], .. frame[until..]];
            case 4:
                return [.. frame[..until], .. frame[at..]];
            default:
                var noise = new byte[_random.Next(1, 9)];
                _random.NextBytes(noise);
                return [.. frame[..at], .. noise, .. frame[at..]];
        }
    }

    private static byte[] Text(string text) => [0xd9, (byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Bytes(byte[] bytes) => [0xc5, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
}
