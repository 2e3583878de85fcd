using CollabHub.Domain.Editing;
using CollabHub.Hubs.Connections;

namespace CollabHub.Hubs.Sockets;

/// <summary>WebSocket close codes; 44xx mean: do not retry as you are. docs/protocol.md, Close codes.</summary>
internal static class CloseCodes
{
    public const int TextFrame = 1003;
    public const int Draining = 1012;
    public const int TokenExpired = 4401;
    public const int AccessRevoked = 4403;
    public const int FileDeleted = 4404;
    public const int SlowReader = 4408;
    public const int ClientIdInUse = 4409;
    public const int TooLarge = 4413;
    public const int Malformed = 4422;
    public const int RateLimited = 4429;

    /// <summary>The sign-in behind the connection has ended: logout, a revoked device, a new password, a reused refresh token.</summary>
    public static readonly SocketClose SignInEnded = new(TokenExpired, HubEnd.SignInEnded.Reason);

    /// <summary>The access token ran out and was not renewed.</summary>
    public static readonly SocketClose TokenRanOut = new(TokenExpired, HubEnd.TokenExpired.Reason);

    /// <summary>The close code that stands for the end of a subscription.</summary>
    public static int Of(string? closed) => closed switch
    {
        ClosedCodes.FileDeleted => FileDeleted,
        ClosedCodes.AccessRevoked or ClosedCodes.SessionEnded => AccessRevoked,
        ClosedCodes.SlowReader => SlowReader,
        _ => Draining,
    };

    /// <summary>The close that follows the refusal of an edit, or null when the connection goes on.</summary>
    public static SocketClose? OfRejected(string? code)
    {
        if (code == EditErrors.TooLarge.Code) return new SocketClose(TooLarge, code);
        if (code == EditErrors.ClientInUse.Code) return new SocketClose(ClientIdInUse, code);
        return code == EditErrors.Malformed.Code ? new SocketClose(Malformed, code) : null;
    }
}
