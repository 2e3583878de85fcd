namespace CollabHub.Bench.Live;

/// <summary>How people get into one file of a server of ours: a guest opens it and passes on a link.</summary>
internal static class Admission
{
    /// <summary>A new file, and the secret of a link that lets people edit it.</summary>
    public static async Task<(string File, string Secret)> OpenAsync(int port)
    {
        using var owner = await GuestAsync(port);
        var session = await Rest.PostAsync(owner, "api/sessions", new { name = "bench" });
        var file = await Rest.PostAsync(owner, $"api/workspaces/{session.GetProperty("workspaceId").GetGuid()}/files", new { path = "bench.txt" });
        var invited = await Rest.PostAsync(owner, $"api/sessions/{session.GetProperty("sessionId").GetGuid()}/invitations", new { role = "editor" });
        var link = invited.GetProperty("link").GetString()!;
        return (file.GetProperty("fileId").GetString()!, link[(link.IndexOf("token=", StringComparison.Ordinal) + 6)..]);
    }

    /// <summary>Another guest takes the link; answers the access token.</summary>
    public static async Task<string> TakeAsync(int port, string secret)
    {
        using var guest = await GuestAsync(port);
        await Rest.PostAsync(guest, $"api/invitations/by-token/{secret}/accept", new { });
        return guest.DefaultRequestHeaders.Authorization!.Parameter!;
    }

    private static async Task<HttpClient> GuestAsync(int port)
    {
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        var guest = await Rest.PostAsync(http, "api/auth/guest", new { });
        http.DefaultRequestHeaders.Authorization = new("Bearer", guest.GetProperty("accessToken").GetString());
        return http;
    }
}
