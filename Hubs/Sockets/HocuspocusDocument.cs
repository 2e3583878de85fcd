using System.Net.WebSockets;
using System.Security.Claims;
using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Editing;
using CollabHub.Domain.Protocols;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Realtime;

namespace CollabHub.Hubs.Sockets;

/// <summary>
/// One document of a Hocuspocus connection. Every step 2 and every update of the client gets exactly one sync status: true once it is
/// committed, false when it is refused, in the order in which they came: a status says nothing but that order of what it answers.
/// </summary>
internal sealed class HocuspocusDocument(
    string address, OpenFile file, MessageSocket socket, ClaimsPrincipal principal, IDisposable signIn, YjsSocketOptions options, TimeProvider time)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();

    // The classic address is the same for everybody, so what is encoded for one serves all.
    private readonly bool _isShared = !address.Contains('\0', StringComparison.Ordinal);

    // Guards _unanswered: numbers come from the reader, answers from the room.
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, bool?> _unanswered = [];
    private long _seq;
    private bool _asked;
    private bool _warned;
    private long _expiresAt = principal.ExpiresAt().UtcTicks;
    private Role _role;
    private IDisposable _signIn = signIn;
    private Task _sending = Task.CompletedTask;

    /// <summary>What the provider calls it.</summary>
    public string Address => address;

    /// <summary>Whether the provider takes a message that ends this document alone.</summary>
    public bool KnowsClose { get; init; }

    private DateTimeOffset ExpiresAt => new(Interlocked.Read(ref _expiresAt), TimeSpan.Zero);

    /// <summary>Begins to send; <paramref name="onEnded"/> hears why the server ended it, if it did.</summary>
    public void Start(Action<SocketClose> onEnded) => _sending = SendAllAsync(onEnded);

    /// <summary>A later token of the same person keeps the document open; another one is refused, and the first goes on to its end.</summary>
    public async ValueTask RenewAsync(ClaimsPrincipal? later, Func<ClaimsPrincipal, IDisposable> watch)
    {
        if (later is null || later.Actor().User != principal.Actor().User)
        {
            await SendAsync(HocuspocusKind.PermissionDenied, SocketErrors.Unauthenticated.Code);
            return;
        }
        // One that ends sooner than the present one changes nothing.
        if (later.ExpiresAt() > ExpiresAt)
        {
            Interlocked.Exchange(ref _signIn, watch(later)).Dispose();
            Interlocked.Exchange(ref _expiresAt, later.ExpiresAt().UtcTicks);
            Volatile.Write(ref _warned, false);
        }
        await SendAsync(HocuspocusKind.Authenticated, ScopeOf(_role));
    }

    /// <summary>Takes one message of the provider.</summary>
    public async ValueTask<SocketClose?> HandleAsync(HocuspocusFrame frame)
    {
        var ct = CancellationToken.None;
        switch (frame.Kind)
        {
            case HocuspocusKind.Sync when frame.Sync.Kind == SyncKind.Step1:
                await file.SyncAsync(frame.Sync.Payload, ct);
                return null;
            case HocuspocusKind.Sync:
                await file.PushAsync(Number(), frame.Sync.Payload, isSync: frame.Sync.Kind == SyncKind.Step2, ct);
                return null;
            case HocuspocusKind.Awareness:
                return await file.MoveCursorAsync(frame.Awareness, ct) == DecodeError.None ? null : new SocketClose(CloseCodes.Malformed, "cursor.malformed");
            case HocuspocusKind.QueryAwareness:
                file.QueryCursors();
                return null;
            case HocuspocusKind.Stateless:
                // A text of the application for its own server: there is none behind this one. docs/protocol.md, Hocuspocus sockets.
                return null;
            default:
                return new SocketClose(CloseCodes.Malformed, "frame.malformed");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _sending;
        // Once more, because a renewal may have come in after the sending ended.
        _signIn.Dispose();
        _ended.Dispose();
    }

    private long Number()
    {
        lock (_gate)
        {
            _unanswered.Add(++_seq, null);
            return _seq;
        }
    }

    private async Task SendAllAsync(Action<SocketClose> onEnded)
    {
        try
        {
            if (await SendUntilClosedAsync() is { } close) onEnded(close);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or TimeoutException)
        {
            // The connection broke, or the document was closed by its provider: the reader ends by itself.
        }
        finally
        {
            _signIn.Dispose();
            file.Dispose();
        }
    }

    private async Task<SocketClose?> SendUntilClosedAsync()
    {
        while (true)
        {
            if (time.GetUtcNow() >= ExpiresAt + options.TokenGrace) return CloseCodes.TokenRanOut;
            if (!Volatile.Read(ref _warned) && time.GetUtcNow() >= ExpiresAt - options.TokenWarning)
            {
                Volatile.Write(ref _warned, true);
                await SendAsync(new HocuspocusFrame(HocuspocusKind.TokenRequest, address));
            }
            if (await file.TakeAsync(options.DataInterval, _ended.Token) is not { } frames)
            {
                // An awareness update without entries: a data frame that says nothing, for clients that count silence.
                await SendAsync(new HocuspocusFrame(HocuspocusKind.Awareness, address) { Awareness = new byte[] { 0 } });
                continue;
            }
            foreach (var frame in frames)
            {
                if (await SendAsync(frame) is { } close) return close;
            }
        }
    }

    private async ValueTask<SocketClose?> SendAsync(RoomFrame frame)
    {
        switch (frame.Kind)
        {
            case RoomFrameKind.Sync when !_asked:
                _asked = true;
                _role = frame.Role;
                await SendAsync(HocuspocusKind.Authenticated, ScopeOf(frame.Role));
                await SendAsync(Sync(SyncKind.Step1, frame.StateVector));
                return null;
            case RoomFrameKind.Sync:
                foreach (var (kind, part) in frame.SyncParts()) await SendAsync(Sync(kind, part));
                return null;
            case RoomFrameKind.Question:
                await SendAsync(Sync(SyncKind.Step1, frame.StateVector));
                return null;
            case RoomFrameKind.Edit:
                await SendSharedAsync(frame, Sync(SyncKind.Update, frame.Payload));
                return null;
            case RoomFrameKind.Cursors:
                await SendSharedAsync(frame, new HocuspocusFrame(HocuspocusKind.Awareness, address) { Awareness = frame.Payload });
                return null;
            case RoomFrameKind.Saved:
                foreach (var saved in Saved(frame.Seq)) await SendStatusAsync(saved);
                return null;
            case RoomFrameKind.Rejected:
                var close = CloseCodes.OfRejected(frame.Code);
                foreach (var saved in Refused(frame.Seq, isLast: close is not null)) await SendStatusAsync(saved);
                return close;
            case RoomFrameKind.Role:
                _role = frame.Role;
                await SendAsync(HocuspocusKind.Authenticated, ScopeOf(frame.Role));
                return null;
            default:
                return await EndAsync(frame.Code ?? "closed");
        }
    }

    private async ValueTask<SocketClose> EndAsync(string code)
    {
        var close = new SocketClose(CloseCodes.Of(code), code);
        if (close.Code is not (CloseCodes.AccessRevoked or CloseCodes.FileDeleted)) return close;
        await SendAsync(HocuspocusKind.PermissionDenied, code);
        if (KnowsClose) await SendAsync(HocuspocusKind.Close, code);
        return close;
    }

    /// <summary>Everything up to a number is committed, apart from what was refused; answers the statuses that can be told now.</summary>
    private List<bool> Saved(long upTo)
    {
        lock (_gate)
        {
            foreach (var seq in _unanswered.Where(one => one.Key <= upTo && one.Value is null).Select(one => one.Key).ToList()) _unanswered[seq] = true;
            return TakeAnswered();
        }
    }

    /// <summary>One is refused, which is told once those before it are committed; at once when nothing else can be told any more.</summary>
    private List<bool> Refused(long seq, bool isLast)
    {
        lock (_gate)
        {
            // Of a question for what is missing there is no number.
            if (!_unanswered.ContainsKey(seq)) return [];
            if (isLast) return [false];
            _unanswered[seq] = false;
            return TakeAnswered();
        }
    }

    private List<bool> TakeAnswered()
    {
        var answers = new List<bool>();
        while (_unanswered.Count > 0 && _unanswered.First() is { Key: var seq, Value: { } saved })
        {
            _unanswered.Remove(seq);
            answers.Add(saved);
        }
        return answers;
    }

    private HocuspocusFrame Sync(SyncKind kind, ReadOnlyMemory<byte> payload) =>
        new(HocuspocusKind.Sync, address) { Sync = new SyncMessage(kind, payload) };

    private ValueTask SendStatusAsync(bool saved) => SendAsync(new HocuspocusFrame(HocuspocusKind.SyncStatus, address) { Saved = saved });

    private ValueTask SendAsync(HocuspocusKind kind, string text) => SendAsync(new HocuspocusFrame(kind, address) { Text = text });

    private ValueTask SendAsync(HocuspocusFrame frame) => socket.SendAsync(HocuspocusCodec.Encode(frame));

    private ValueTask SendSharedAsync(RoomFrame room, HocuspocusFrame frame) => _isShared
        ? socket.SendAsync(room.EncodedOnce(RoomFraming.Hocuspocus, _ => HocuspocusCodec.Encode(frame)))
        : SendAsync(frame);

    private static string ScopeOf(Role role) => AccessPolicy.Allows(role, Permission.FilesEdit) ? "read-write" : "readonly";
}
