using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace CollabHub.Bench;

/// <summary>Calls on a server of ours.</summary>
internal static class Rest
{
    /// <summary>Posts and answers what came back; throws with the problem.</summary>
    public static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var response = await http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<JsonElement>(text)
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{path}: {(int)response.StatusCode} {text}"));
    }
}
