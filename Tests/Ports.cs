using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace CollabHub.Tests;

/// <summary>Ports for servers that are told where to listen, or that come back where they were.</summary>
internal static class Ports
{
    /// <summary>A port that nobody holds and no outgoing connection is given: it stays free until it is bound.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(15_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Somebody's: another one.
            }
        }
    }
}
