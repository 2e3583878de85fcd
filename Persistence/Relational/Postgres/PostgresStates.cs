namespace CollabHub.Persistence.Relational.Postgres;

/// <summary>Which SQLSTATEs say that the server cannot do it right now.</summary>
internal static class PostgresStates
{
    private static readonly string[] Classes =
    [
        "08", // connection
        "28", // the account is refused
        "3D", // no such database
        "40", // deadlock, serialization failure, rolled back: nothing was kept, another try may work
        "53", // disk full, out of memory, too many connections
        "57", // shutting down, starting up, cancelled by a time-out
        "58", // I/O errors of the server's machine
        "XX", // damaged data
    ];

    private static readonly string[] Single =
    [
        "25006", // read-only: a standby taken by mistake
        "25P03", // this process stood still in a transaction for so long that the server ended it
        "55P03", // a lock that could not be had in time
    ];

    public static bool IsUnavailable(string state) =>
        Single.Contains(state, StringComparer.Ordinal) || Classes.Any(prefix => state.StartsWith(prefix, StringComparison.Ordinal));
}
