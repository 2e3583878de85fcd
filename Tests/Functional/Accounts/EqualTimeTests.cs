using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using CollabHub.Tests.Functional.Clients;

namespace CollabHub.Tests.Functional.Accounts;

/// <summary>How long a refusal takes does not tell which accounts exist. COLLABHUB_LONG takes a thousand samples of each and allows less.</summary>
[Collection(nameof(Timed))]
public class EqualTimeTests
{
    private const string Rounds = "100000";

    [Fact]
    public async Task A_wrong_password_takes_as_long_for_an_account_as_for_none()
    {
        await using var hub = TestHub.Start(("Auth:PasswordIterations", Rounds), ("Limits:ConsecutiveFailedLogins", "1000000"));
        await hub.RegisterAsync("ada");
        using var http = hub.Anonymous;
        var samples = NodeRig.IsLong ? 1_000 : 40;
        var (known, unknown) = (new List<double>(samples), new List<double>(samples));
        for (var i = 0; i < samples; i++)
        {
            // In turns, so that what else the machine does falls on both.
            known.Add(await MillisecondsAsync(http, "ada@example.org"));
            unknown.Add(await MillisecondsAsync(http, "bob@example.org"));
        }
        // Without the dummy hash the ratio is about a tenth.
        var ratio = Median(known) / Median(unknown);
        var allowed = NodeRig.IsLong ? 0.1 : 0.5;
        Assert.InRange(ratio, 1 - allowed, 1 / (1 - allowed));
    }

    private static async Task<double> MillisecondsAsync(HttpClient http, string login)
    {
        var started = Stopwatch.GetTimestamp();
        using var response = await http.PostAsJsonAsync("api/auth/login", new { login, password = "a wrong password" });
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        return elapsed;
    }

    private static double Median(List<double> samples) => samples.Order().ElementAt(samples.Count / 2);
}
