using System.Globalization;
using System.Net;
using CollabHub.Domain;

namespace CollabHub.Deploy;

/// <summary>An IPv4 network that is cut into networks of 16 addresses, one a deployment.</summary>
public sealed class NetworkPool
{
    private const int PieceBits = 28;
    private const int PieceSize = 1 << (32 - PieceBits);
    private readonly uint _first;
    private readonly int _pieces;

    private NetworkPool(uint first, int pieces) => (_first, _pieces) = (first, pieces);

    /// <summary>How many there are.</summary>
    public int Pieces => _pieces;

    /// <summary>Reads such as <c>10.201.0.0/16</c>; null when it is not an IPv4 network of /16 to /24.</summary>
    public static NetworkPool? Parse(string text)
    {
        if (!IPNetwork.TryParse(text, out var network) || network.BaseAddress.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork) return null;
        if (network.PrefixLength is < 16 or > 24) return null;
        var bytes = network.BaseAddress.GetAddressBytes();
        var first = (uint)(bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
        return new NetworkPool(first, 1 << (PieceBits - network.PrefixLength));
    }

    /// <summary>The piece that a deployment tries at its nth attempt: first one by its id, then the neighbours; the engine refuses one that is taken.</summary>
    public string PieceFor(DeploymentId deployment, int attempt)
    {
        var bytes = deployment.Value.ToByteArray();
        var start = BitConverter.ToUInt32(bytes, bytes.Length - sizeof(uint)) % (uint)_pieces;
        var address = _first + (uint)((start + attempt) % _pieces * PieceSize);
        return string.Create(CultureInfo.InvariantCulture, $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}/{PieceBits}");
    }

    /// <summary>Whether an address lies in the pool: the only ones that the proxy ever forwards to.</summary>
    public bool Contains(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var bytes = address.GetAddressBytes();
        if (bytes.Length != 4) return false;
        var value = (uint)(bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
        // The first address of a piece names it, the second is the host's own end of the bridge, the last one is everyone.
        var place = (value - _first) % PieceSize;
        return value >= _first && value - _first < (uint)(_pieces * PieceSize) && place is >= 2 and < PieceSize - 1;
    }
}
