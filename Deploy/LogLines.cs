using System.Globalization;
using System.Text;
using CollabHub.Domain.Deployments;

namespace CollabHub.Deploy;

/// <summary>Cuts the two output streams of a container into lines; each begins with the time that the engine wrote before it.</summary>
internal sealed class LogLines
{
    private const int MaxLine = 8 * 1024;
    private readonly List<byte> _out = [];
    private readonly List<byte> _error = [];

    /// <summary>The lines that these bytes complete.</summary>
    public IReadOnlyList<OutputLine> Take(bool isError, ReadOnlySpan<byte> bytes)
    {
        var pending = isError ? _error : _out;
        var lines = new List<OutputLine>();
        foreach (var one in bytes)
        {
            if (one == (byte)'\n')
            {
                lines.Add(ToLine(isError, pending));
                pending.Clear();
            }
            else if (pending.Count < MaxLine)
            {
                pending.Add(one);
            }
        }
        return lines;
    }

    /// <summary>What came without an end of line.</summary>
    public IEnumerable<OutputLine> Rest()
    {
        if (_out.Count > 0) yield return ToLine(isError: false, _out);
        if (_error.Count > 0) yield return ToLine(isError: true, _error);
    }

    private static OutputLine ToLine(bool isError, List<byte> bytes)
    {
        var text = Encoding.UTF8.GetString([.. bytes]);
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var at = DateTimeOffset.UnixEpoch;
        if (space > 0 && DateTimeOffset.TryParse(text.AsSpan(0, space), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) (at, text) = (time, text[(space + 1)..]);
        return new OutputLine(at, isError ? "stderr" : "stdout", text.TrimEnd('\r'));
    }
}
