namespace CollabHub.Hubs.Options;

/// <summary>The server cannot start as it is configured. The message is for the operator: every problem on a line of its own, with its key.</summary>
public sealed class StartRefusedException : Exception
{
    /// <param name="problems">One sentence each, such as <c>Auth:SigningKey is not base64.</c></param>
    public StartRefusedException(IReadOnlyCollection<string> problems)
        : base(Describe(problems))
    {
    }

    private static string Describe(IReadOnlyCollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        return "CollabHub cannot start:" + string.Concat(problems.Select(problem => $"{Environment.NewLine}  - {problem}"));
    }
}
