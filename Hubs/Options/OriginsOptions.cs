namespace CollabHub.Hubs.Options;

/// <summary>Which pages may use this server from a browser.</summary>
public sealed class OriginsOptions
{
    /// <summary>Origins beside this server's own and that of <c>Email:BaseUrl</c>, such as <c>https://editor.example.org</c>.</summary>
    public string[] Allowed { get; set; } = [];
}
