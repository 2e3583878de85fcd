namespace CollabHub.Domain.Documents;

/// <summary>A run that two sequences share.</summary>
/// <param name="Before">Where it starts in the first.</param>
/// <param name="After">Where it starts in the second.</param>
/// <param name="Length">How long it is, 1 or more.</param>
internal readonly record struct Match(int Before, int After, int Length);

/// <summary>
/// The shortest edit script of two sequences (E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986), within
/// bounds of time and memory that all calls on one instance share.
/// </summary>
/// <param name="work">Comparisons and steps, of all calls together.</param>
/// <param name="maxDifferences">Differences of one call; a call keeps the square of this in integers at most.</param>
internal sealed class MyersDiff(long work, int maxDifferences)
{
    private long _work = work;

    /// <summary>What both have in common, ascending; null when finding it would go over the bounds.</summary>
    public List<Match>? Common(ReadOnlySpan<int> before, ReadOnlySpan<int> after)
    {
        var (n, m) = (before.Length, after.Length);
        var most = Math.Min(n + m, maxDifferences);
        // furthest[k + most + 1]: how far in `before` the path on diagonal k (before minus after) came.
        var furthest = new int[2 * most + 3];
        var trace = new List<int[]>();
        for (var d = 0; d <= most; d++)
        {
            var (low, high) = Diagonals(d, n, m);
            for (var k = low; k <= high; k += 2)
            {
                var at = k + most + 1;
                var x = ComesFromAbove(furthest.AsSpan(at - 1, 3), k, d) ? furthest[at + 1] : furthest[at - 1] + 1;
                var start = x;
                while (x < n && x - k < m && before[x] == after[x - k]) x++;
                furthest[at] = x;
                _work -= x - start + 1;
                if (x >= n && x - k >= m) return Backtrack(trace, d, n, m);
                if (_work < 0) return null;
            }
            trace.Add(Slice(furthest, low, high, most));
        }
        return null;
    }

    // Diagonals that leave the rectangle cannot lead to its corner.
    private static (int Low, int High) Diagonals(int d, int n, int m) => (-(d - 2 * Math.Max(0, d - m)), d - 2 * Math.Max(0, d - n));

    // The window holds the neighbours below, itself and above of one diagonal.
    private static bool ComesFromAbove(ReadOnlySpan<int> window, int k, int d) => k == -d || (k != d && window[0] < window[2]);

    private static int[] Slice(int[] furthest, int low, int high, int most)
    {
        var slice = new int[Math.Max(0, (high - low) / 2 + 1)];
        for (var i = 0; i < slice.Length; i++) slice[i] = furthest[low + 2 * i + most + 1];
        return slice;
    }

    private static List<Match> Backtrack(List<int[]> trace, int d, int n, int m)
    {
        var matches = new List<Match>();
        var (x, y) = (n, m);
        for (; d > 0; d--)
        {
            var k = x - y;
            var (low, high) = Diagonals(d - 1, n, m);
            int At(int diagonal) => diagonal < low || diagonal > high ? -1 : trace[d - 1][(diagonal - low) / 2];
            var above = ComesFromAbove([At(k - 1), 0, At(k + 1)], k, d);
            var fromX = above ? At(k + 1) : At(k - 1);
            var fromY = fromX - (above ? k + 1 : k - 1);
            var start = above ? fromX : fromX + 1;
            if (x > start) matches.Add(new Match(start, start - k, x - start));
            (x, y) = (fromX, fromY);
        }
        if (x > 0) matches.Add(new Match(0, 0, x));
        matches.Reverse();
        return matches;
    }
}
