namespace CollabHub.Hubs.Sockets;

/// <summary>How the server ends a socket.</summary>
/// <param name="Code">One of <see cref="CloseCodes"/>.</param>
/// <param name="Reason">A code of docs/errors.md or a few words; at most 123 bytes.</param>
internal sealed record SocketClose(int Code, string Reason);
