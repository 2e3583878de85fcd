namespace CollabHub.Bench.Engine;

/// <summary>The generator that Bench/Peer/rows.mjs has too, so that both sides draw the same numbers.</summary>
internal sealed class Mulberry32(uint seed)
{
    public uint Next()
    {
        unchecked
        {
            seed += 0x6d2b79f5;
            var t = (seed ^ (seed >> 15)) * (1 | seed);
            t = (t + ((t ^ (t >> 7)) * (61 | t))) ^ t;
            return t ^ (t >> 14);
        }
    }
}
