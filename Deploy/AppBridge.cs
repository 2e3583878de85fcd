using System.Net;
using System.Net.Sockets;
using System.Text;
using CollabHub.Domain;

namespace CollabHub.Deploy;

/// <summary>
/// The one way to an app. The address of an app that is gone may lead elsewhere: out by the host's default route, or to the next app that got
/// it. A connection that may leave by the bridge of its deployment only ends up nowhere instead.
/// </summary>
/// <param name="engine">Where the engine answers. The bridges of an engine on another machine are not here: its operator made routes to its apps.</param>
public sealed class AppBridge(Uri engine)
{
    private const int SocketLevel = 1;
    private const int BindToDevice = 25;

    private readonly bool _isHere = engine.Scheme == "unix";

    /// <summary>Connects to an app; <see cref="SocketException"/> when it is not there.</summary>
    /// <param name="app">Whose address it is.</param>
    /// <param name="address">Of its container.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="ct">Gives up.</param>
    public async ValueTask<Stream> ConnectAsync(DeploymentId app, IPAddress address, int port, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (_isHere) Tie(socket, AppNames.BridgeOf(app));
            await socket.ConnectAsync(address, port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Tie(Socket socket, string bridge)
    {
        try
        {
            socket.SetRawSocketOption(SocketLevel, BindToDevice, Encoding.ASCII.GetBytes(bridge));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AccessDenied && Directory.Exists("/sys/class/net/" + bridge))
        {
            // Kernels before 5.7 ask for CAP_NET_RAW. The bridge is there, which leaves a moment in which it may go.
        }
    }
}
