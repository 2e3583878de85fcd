using System.Collections.Concurrent;
using System.Security.Claims;
using CollabHub.Domain;
using CollabHub.Domain.Access;
using CollabHub.Domain.Documents;
using CollabHub.Domain.Errors;
using CollabHub.Domain.Protocols;
using CollabHub.Hubs.Auth;
using CollabHub.Hubs.Connections;
using CollabHub.Hubs.Realtime;

namespace CollabHub.Hubs.Sockets;

/// <summary>
/// One Hocuspocus connection. Messages are taken one after the other, a token message to its end, so nothing of a document that is
/// not open has to be kept: the socket itself waits.
/// </summary>
internal sealed class HocuspocusSocket(
    MessageSocket socket, ConnectionPass pass, Line line, FileOpening opening, MessageTokens tokens, SignInConnections signIns, YjsSocketOptions options,
    TimeProvider time) : IAsyncDisposable
{
    private const int MaxRefusals = 64;

    // By the address that the provider uses: the file's id, or the id, NUL and a session id of its own.
    private readonly ConcurrentDictionary<string, HocuspocusDocument> _documents = new(StringComparer.Ordinal);
    private bool _wasAuthenticated;
    private int _strangeBytes;
    private int _refusals;

    /// <summary>Runs until either side closes.</summary>
    public async Task RunAsync()
    {
        socket.MaxMessageBytes = options.PreAuthenticationBytes;
        await using var deadline = time.CreateTimer(
            _ => socket.End(new SocketClose(CloseCodes.TokenExpired, AuthRequired)), null, options.PreAuthenticationTime, Timeout.InfiniteTimeSpan);
        await socket.RunAsync(Never, message => HandleAsync(message, deadline));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (_, document) in _documents) await document.DisposeAsync();
    }

    private const string AuthRequired = "auth.required";

    /// <summary>Documents write by themselves; the connection as such has nothing to say.</summary>
    private static async Task<SocketClose?> Never(CancellationToken ended)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, ended);
        return null;
    }

    private async ValueTask<SocketClose?> HandleAsync(byte[] message, ITimer deadline)
    {
        if (HocuspocusCodec.DecodeFromClient(message, out var frame) != DecodeError.None || frame is null)
            return new SocketClose(CloseCodes.Malformed, "frame.malformed");
        if (frame.Kind is HocuspocusKind.Pong or HocuspocusKind.Unknown) return null;
        if (_documents.TryGetValue(frame.Address, out var document)) return await HandleAsync(document, frame);
        if (!_wasAuthenticated && (_strangeBytes += message.Length) > options.PreAuthenticationBytes)
            return new SocketClose(CloseCodes.TooLarge, AuthRequired);
        // Of a document that was refused or has ended: its provider may not know yet.
        if (frame.Kind != HocuspocusKind.Token) return null;
        if (await OpenAsync(frame) is { } refused)
        {
            await socket.SendAsync(HocuspocusCodec.Encode(new HocuspocusFrame(HocuspocusKind.PermissionDenied, frame.Address) { Text = refused.Code }));
            return ++_refusals > MaxRefusals ? new SocketClose(CloseCodes.TokenExpired, refused.Code) : null;
        }
        _wasAuthenticated = true;
        socket.MaxMessageBytes = options.MaxMessageBytes;
        deadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return null;
    }

    private async ValueTask<SocketClose?> HandleAsync(HocuspocusDocument document, HocuspocusFrame frame)
    {
        switch (frame.Kind)
        {
            case HocuspocusKind.Token:
                await document.RenewAsync(await tokens.ValidateAsync(frame.Text, CancellationToken.None), Watch);
                return null;
            case HocuspocusKind.Close:
                if (_documents.TryRemove(frame.Address, out _)) await document.DisposeAsync();
                await socket.SendAsync(HocuspocusCodec.Encode(new HocuspocusFrame(HocuspocusKind.Close, frame.Address) { Text = "provider_initiated" }));
                return null;
            default:
                return await document.HandleAsync(frame);
        }
    }

    private async Task<CollabError?> OpenAsync(HocuspocusFrame frame)
    {
        var ct = CancellationToken.None;
        if (_documents.Count >= options.MaxDocuments) return EdgeErrors.TooManyOpen;
        if (await tokens.ValidateAsync(frame.Text, ct) is not { } principal) return SocketErrors.Unauthenticated;
        if (!pass.TryIdentify(principal.Actor().User!.Value)) return ConnectionErrors.TooMany;
        if (!Guid.TryParseExact(frame.Document, "D", out var id) || id.ToString() != frame.Document) return AccessErrors.FileNotFound;
        var opened = await opening.OpenAsync(principal.Actor(), new FileId(id), stateVector: null, echo: false, line, ct);
        if (!opened.TryGet(out var file, out var error)) return error;
        var document = new HocuspocusDocument(frame.Address, file, socket, principal, Watch(principal), options, time)
        {
            // Older providers throw at a message that ends one document.
            KnowsClose = frame.ProviderVersion is not null,
        };
        _documents[frame.Address] = document;
        document.Start(ended => OnEnded(document, ended));
        return null;
    }

    private IDisposable Watch(ClaimsPrincipal principal) => signIns.Watch(principal, () => socket.End(CloseCodes.SignInEnded));

    /// <summary>One document is over: with the last one the socket closes, so that a provider that may come back does.</summary>
    private void OnEnded(HocuspocusDocument document, SocketClose close)
    {
        _documents.TryRemove(new KeyValuePair<string, HocuspocusDocument>(document.Address, document));
        if (_documents.IsEmpty || close.Code is not (CloseCodes.AccessRevoked or CloseCodes.FileDeleted)) socket.End(close);
    }
}
