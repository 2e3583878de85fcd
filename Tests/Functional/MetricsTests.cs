using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using CollabHub.Tests.Functional.Editing;

namespace CollabHub.Tests.Functional;

/// <summary>What operators read at <c>/metrics</c>.</summary>
public partial class MetricsTests
{
    [Fact]
    public async Task Editing_shows_in_the_figures_and_nobodys_token_does()
    {
        await using var hub = TestHub.Start();
        var ada = await hub.GuestAsync("Ada");
        var (_, _, file) = await ada.SessionWithFileAsync("");
        await using var connection = await ada.HubAsync(messagePack: true);
        await using var open = new HubFile(connection, file, 11);
        await open.NextAsync("sync");
        await open.TypeAsync("hello");
        await open.NextAsync("saved");
        using var anonymous = hub.Anonymous;
        var metrics = await anonymous.GetStringAsync(new Uri("metrics", UriKind.Relative));
        // Instruments are the process's: other tests' servers count in them, too.
        Assert.True(Value(metrics, "collabhub_connections") >= 1);
        Assert.True(Value(metrics, "collabhub_files_open") >= 1);
        Assert.True(Value(metrics, "collabhub_unsaved_size_bytes") >= 0);
        Assert.True(Value(metrics, "collabhub_live_events_queue") >= 0);
        Assert.True(Value(metrics, "collabhub_edits_received_total") >= 1);
        Assert.True(Value(metrics, "collabhub_edit_save_duration_seconds_count") >= 1);
        Assert.DoesNotContain(ada.AccessToken, metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(file.ToString(), metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_token_configured_the_figures_need_it()
    {
        await using var hub = TestHub.Start(("Telemetry:MetricsToken", "let me see"));
        using var client = hub.Anonymous;
        var address = new Uri("metrics", UriKind.Relative);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(address)).StatusCode);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "let me see?");
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(address)).StatusCode);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "let me see");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(address)).StatusCode);
    }

    private static double Value(string metrics, string name)
    {
        var lines = metrics.Split('\n').Where(l => l.StartsWith(name + "{", StringComparison.Ordinal) || l.StartsWith(name + " ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(lines);
        return lines.Sum(line => double.Parse(ValueAtEnd().Match(line).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"[ ]([0-9.eE+-]+)(?: [0-9]+)?$")]
    private static partial Regex ValueAtEnd();
}
