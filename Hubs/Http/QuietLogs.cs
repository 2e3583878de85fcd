namespace CollabHub.Hubs.Http;

/// <summary>
/// Request lines carry access tokens in their query (browsers cannot set headers on a WebSocket), so the categories that print
/// request lines stay silent whatever the configuration says.
/// </summary>
internal static class QuietLogs
{
    private static readonly string[] PrintRequestLines =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.HttpLogging",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
        "Microsoft.AspNetCore.Http.Connections",
    ];

    public static void Apply(LoggerFilterOptions filters)
    {
        var providers = filters.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList();
        foreach (var category in PrintRequestLines)
        {
            foreach (var rule in filters.Rules.Where(rule => IsAbout(rule, category)).ToList()) filters.Rules.Remove(rule);
            foreach (var provider in providers) filters.Rules.Add(new LoggerFilterRule(provider, category, LogLevel.Warning, null));
        }
    }

    private static bool IsAbout(LoggerFilterRule rule, string category) =>
        rule.CategoryName?.StartsWith(category, StringComparison.OrdinalIgnoreCase) == true;
}
