namespace CollabHub.Hubs.Http;

/// <summary>Categories of the framework that stay silent whatever the configuration says.</summary>
internal static class QuietLogs
{
    // Request lines carry access tokens in their query: browsers cannot set headers on a WebSocket.
    private static readonly string[] PrintRequestLines =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.HttpLogging",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
        "Microsoft.AspNetCore.Http.Connections",
    ];

    // Takes every refused call for an error, and prints arguments (RenewToken has tokens) at finer levels; HubFailures tells what a hub has to tell.
    private const string PrintsHubCalls = "Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher";

    public static void Apply(LoggerFilterOptions filters)
    {
        foreach (var category in PrintRequestLines) Quieten(filters, category, LogLevel.Warning);
        Quieten(filters, PrintsHubCalls, LogLevel.None);
    }

    private static void Quieten(LoggerFilterOptions filters, string category, LogLevel least)
    {
        foreach (var rule in filters.Rules.Where(rule => IsAbout(rule, category)).ToList()) filters.Rules.Remove(rule);
        var providers = filters.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList();
        foreach (var provider in providers) filters.Rules.Add(new LoggerFilterRule(provider, category, least, null));
    }

    private static bool IsAbout(LoggerFilterRule rule, string category) =>
        rule.CategoryName?.StartsWith(category, StringComparison.OrdinalIgnoreCase) == true;
}
